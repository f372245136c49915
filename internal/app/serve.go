package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// usualConnections bounds the memory that connections can take (T19): about 200 MB.
const usualConnections = 16_384

const (
	// stopTimeout is how long visitors may take to finish when the site stops, and
	// then again how long what the bot is sending may.
	stopTimeout = 20 * time.Second
	// hurriedTimeout is the same after a second signal.
	hurriedTimeout = time.Second
)

// newServer has a limit for everything that a stranger can make us wait for or
// keep (T19, F22).
func newServer(cfg Config, handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(cfg.Log.Handler(), slog.LevelWarn),
	}
}

// serve answers visitors until ctx ends, and then stops in the order in which
// nobody loses a request: say that this copy is not ready, and go on serving until
// whoever balances has seen it; begin no new work; let what has begun end. A
// second signal shortens every wait.
func serve(ctx context.Context, cfg Config, handler http.Handler, ready *readiness, work *work) error {
	server := newServer(cfg, closeWhileDraining(handler, ready))
	failed := make(chan error, 1)
	go func() {
		failed <- server.Serve(newLimitListener(cfg.Listener, cmp.Or(cfg.MaxConnections, usualConnections)))
	}()
	cfg.Log.InfoContext(ctx, "serving", slog.String("public_url", cfg.PublicURL.String()),
		slog.String("address", cfg.Listener.Addr().String()))
	if cfg.Serving != nil {
		cfg.Serving()
	}
	select {
	case err := <-failed:
		stopCtx, cancel := withinReason(context.WithoutCancel(ctx), cfg.Hurry)
		defer cancel()
		work.stop()
		return errors.Join(fmt.Errorf("serve: %w", err), work.wait(stopCtx))
	case <-ctx.Done():
	}
	ctx = context.WithoutCancel(ctx)
	ready.drain()
	cfg.Log.InfoContext(ctx, "stopping", slog.Duration("drain", cfg.DrainDelay))
	select {
	case <-time.After(cfg.DrainDelay):
	case <-cfg.Hurry:
	case err := <-failed:
		cfg.Log.WarnContext(ctx, "serving ended while stopping", slog.String("error", err.Error()))
	}
	work.stop()
	stopCtx, cancel := withinReason(ctx, cfg.Hurry)
	defer cancel()
	err := server.Shutdown(stopCtx)
	if err != nil {
		_ = server.Close() // Who is not done by now is cut off.
		err = fmt.Errorf("stop: visitors were cut off: %w", err)
	}
	return errors.Join(err, work.wait(stopCtx))
}

// closeWhileDraining asks clients to use another connection for the next request.
// They can come to another copy with it, and none is sent into a connection that is
// just being closed.
func closeWhileDraining(next http.Handler, ready *readiness) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ready.draining.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// withinReason ends after stopTimeout, or soon after a second signal.
func withinReason(ctx context.Context, hurry <-chan struct{}) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	go func() {
		select {
		case <-ctx.Done():
			return
		case <-hurry:
		}
		select {
		case <-ctx.Done():
		case <-time.After(hurriedTimeout):
			cancel()
		}
	}()
	return ctx, cancel
}
