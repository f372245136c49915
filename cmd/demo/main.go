// Command demo runs the whole login on a laptop, with no bot, no domain and no
// configuration: a private PostgreSQL, a stand-in Telegram, and the site.
//
//	go run ./cmd/demo
//
// It is for development: everything listens on this machine only, and the
// stand-in signs whatever it is asked to.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"example.com/telegram-login/internal/devpg"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

type options struct {
	sitePort     int
	telegramPort int
	dir          string
	reset        bool
	verbose      bool
}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.sitePort, "site-port", 0, "port of the site (0 = 8080, or a free one)")
	flags.IntVar(&o.telegramPort, "telegram-port", 0, "port of the stand-in Telegram (0 = 8081, or a free one)")
	flags.StringVar(&o.dir, "data", "", "folder of the private PostgreSQL (empty = one for this user)")
	flags.BoolVar(&o.reset, "reset", false, "forget all accounts of earlier runs")
	flags.BoolVar(&o.verbose, "v", false, "print each request")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if o.dir == "" {
		dir, err := devpg.DefaultDir()
		if err != nil {
			return o, err
		}
		o.dir = dir
	}
	return o, nil
}

// run starts the three, in the order in which they need each other, and stops
// them the other way round.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	level := slog.LevelWarn
	if o.verbose {
		level = slog.LevelInfo
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))

	fmt.Fprintln(stdout, "Starting PostgreSQL …")
	database, err := devpg.Start(ctx, devpg.Options{
		Dir: o.dir, Reset: o.reset,
		// What takes long is worth a line even without -v.
		Log: slog.New(slog.NewTextHandler(stderr, nil)),
	})
	if err != nil {
		return err
	}
	defer func() {
		if err := database.Stop(); err != nil {
			log.ErrorContext(ctx, "stopping postgresql", slog.String("error", err.Error()))
		}
	}()

	siteListener, err := listen(ctx, o.sitePort, 8080)
	if err != nil {
		return err
	}
	defer siteListener.Close()
	telegramListener, err := listen(ctx, o.telegramPort, 8081)
	if err != nil {
		return err
	}
	defer telegramListener.Close()

	addresses := addressesOf(siteListener, telegramListener)
	stopTelegram, err := startTelegram(addresses, telegramListener, log)
	if err != nil {
		return err
	}
	defer stopTelegram()

	keys, err := sessionKeys(o.dir)
	if err != nil {
		return err
	}
	addresses.print(stdout)
	err = runSite(ctx, addresses, siteListener, database.URL("postgres"), keys, log)
	fmt.Fprintln(stdout, "Stopped.")
	return err
}
