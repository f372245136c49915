package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime"
	"runtime/debug"
	"time"

	"example.com/telegram-login/internal/app"
)

func serve(ctx context.Context, hurry <-chan struct{}, args []string, env *environment, stderr io.Writer) error {
	if err := noArguments("serve", args); err != nil {
		return err
	}
	settings, err := readSettings(env, time.Now())
	if err != nil {
		return err
	}
	cfg := settings.app
	cfg.Hurry = hurry
	if cfg.Listener, err = listenOn(ctx, settings.listenAddr); err != nil {
		return fmt.Errorf("LISTEN_ADDR: %w", err)
	}
	if settings.adminAddr != "" {
		if cfg.AdminListener, err = listenOn(ctx, settings.adminAddr); err != nil {
			_ = cfg.Listener.Close()
			return fmt.Errorf("ADMIN_ADDR: %w", err)
		}
	}
	cfg.Now = time.Now
	cfg.Log = slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: settings.logLevel}))
	for _, name := range env.unknown() {
		cfg.Log.WarnContext(ctx, "unknown setting, is it a typing error?", slog.String("name", name))
	}
	cfg.Log.LogAttrs(ctx, slog.LevelInfo, "configuration", settings.effective()...)
	defer runtime.KeepAlive(heapRoom(env))
	cfg.Serving = debug.FreeOSMemory // Of what only the start needed, such as pages half parsed.
	return app.Run(ctx, cfg)
}

// heapRoom is memory that nobody touches, so that the system never has to give it: it
// only counts as heap. The site itself needs about 10 MB, and would have them searched for
// garbage whenever as many new ones were used, which took a fifth of the processor time
// of a busy site. A percentage (GOGC) would do the same, and hold five times as much
// when there is much to hold. Whoever sets one, or a limit, gets that and nothing else.
func heapRoom(env *environment) []byte {
	if env.values["GOGC"] != "" || env.values["GOMEMLIMIT"] != "" {
		return nil
	}
	return make([]byte, 24<<20)
}

func listenOn(ctx context.Context, address string) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(ctx, "tcp", address)
}
