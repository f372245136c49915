// Telegram-sim runs a stand-in for Telegram: a chat page, a Bot API and faults on demand, for laptops and
// tests. It is not Telegram and must never be reachable from outside.
//
//	telegram-sim [flags]
//	telegram-sim healthcheck [-listen address]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

// grace is how long requests in flight may take after the signal to stop.
const grace = 5 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "telegram-sim:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 && args[0] == "healthcheck" {
		return healthcheck(ctx, args[1:], out)
	}
	o, err := parseOptions(args, out)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(out, nil))
	sim, err := telegramsim.New(telegramsim.Config{
		Bots:      []telegramsim.Bot{o.bot},
		PublicURL: o.publicURL,
		Hosts:     o.hosts,
		Now:       time.Now,
		Log:       log,
	})
	if err != nil {
		return err
	}
	defer sim.Close()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	log.WarnContext(ctx, "THIS IS NOT TELEGRAM: a stand-in for development, in memory, open to whoever reaches it",
		"chat", o.publicURL+"/"+o.bot.Username, "listen", listener.Addr().String(), "linked_domain", o.bot.Domain)
	return serve(ctx, listener, sim.Handler())
}

// serve runs until the context ends, then lets the requests in flight finish. Long polls do not hold it up:
// their contexts end with the server's.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       time.Minute,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		stopped <- server.Shutdown(deadline)
	}()
	err := server.Serve(listener)
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving: %w", err)
	}
	err = <-stopped
	if err != nil {
		return fmt.Errorf("stopping: %w", err)
	}
	return nil
}
