package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"example.com/telegram-login/internal/devpg"
)

// startDatabase returns the address of a database, and how to stop it: the
// private one, unless another was given.
func startDatabase(ctx context.Context, o options, stdout, stderr io.Writer) (string, func(), error) {
	if o.databaseURL != "" {
		return o.databaseURL, func() {}, nil
	}
	fmt.Fprintln(stdout, "Starting PostgreSQL in", o.dir, "…")
	// What takes long is worth a line even without -v.
	log := slog.New(slog.NewTextHandler(stderr, nil))
	server, err := devpg.Start(ctx, devpg.Options{Dir: o.dir, Reset: o.reset, Log: log})
	if err != nil {
		return "", nil, fmt.Errorf("%w (-data chooses another folder)", err)
	}
	stop := func() {
		if err := server.Stop(); err != nil {
			log.ErrorContext(ctx, "stopping postgresql", slog.String("error", err.Error()))
		}
	}
	return server.URL("postgres"), stop, nil
}
