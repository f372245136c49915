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

	"example.com/telegram-login/internal/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2) // The flags have said it.
	default:
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// run starts the three, in the order in which they need each other, and stops
// them the other way round. Being told to stop is no failure, however early.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	err = runAll(ctx, o, stdout, stderr)
	if ctx.Err() == nil {
		return err
	}
	fmt.Fprintln(stdout, "Stopped.")
	return nil
}

func runAll(ctx context.Context, o options, stdout, stderr io.Writer) error {
	level := slog.LevelWarn
	if o.verbose {
		level = slog.LevelInfo
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))

	siteListener, err := listen(ctx, o.sitePort, 8080, stdout)
	if err != nil {
		return err
	}
	defer siteListener.Close()
	telegramListener, err := listen(ctx, o.telegramPort, 8081, stdout)
	if err != nil {
		return err
	}
	defer telegramListener.Close()

	databaseURL, stopDatabase, err := startDatabase(ctx, o, stdout, stderr)
	if err != nil {
		return err
	}
	defer stopDatabase()

	addresses := addressesOf(siteListener, telegramListener)
	stopTelegram, err := startTelegram(addresses, telegramListener, log)
	if err != nil {
		return err
	}
	defer stopTelegram()

	cfg, err := siteConfig(o, addresses, databaseURL)
	if err != nil {
		return err
	}
	cfg.Listener = siteListener
	cfg.Log = log
	cfg.Serving = func() { addresses.print(stdout) }
	return app.Run(ctx, cfg) // The very program that cmd/site runs.
}
