package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"example.com/telegram-login/internal/app"
)

func serve(ctx context.Context, args []string, env *environment, stderr io.Writer) error {
	if err := noArguments("serve", args); err != nil {
		return err
	}
	settings, err := readSettings(env)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", settings.listenAddr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	cfg := settings.app
	cfg.Listener = listener
	cfg.Now = time.Now
	cfg.Log = slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: settings.logLevel}))
	for _, name := range env.unknown() {
		cfg.Log.WarnContext(ctx, "unknown setting, is it a typing error?", slog.String("name", name))
	}
	return app.Run(ctx, cfg)
}
