package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"time"

	"example.com/telegram-login/internal/metrics"
)

// adminHandler is what the operator sees and visitors never do: metrics, profiles,
// health. It is on a listener of its own, so that no mistake in the public routes
// can show it (GHSA-5hvv-m4w4-gf6v).
func adminHandler(ready func(context.Context) error, counts *metrics.Metrics, look func(context.Context)) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", counts.Handler(look))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := ready(r.Context()); err != nil {
			w.Header().Set("Retry-After", "5")
			say(w, http.StatusServiceUnavailable, "not ready: "+err.Error())
			return
		}
		say(w, http.StatusOK, "ready")
	})
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(metrics.ReadBuild()) // Who asked has gone.
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// serveAdmin shows the handler on the admin listener, if there is one, from before
// the start to after the stop, and returns what ends that.
func serveAdmin(cfg Config, handler http.Handler) func() {
	if cfg.AdminListener == nil {
		return func() {}
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second, // No limit for writing: a profile takes as long as was asked for.
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(cfg.Log.Handler(), slog.LevelWarn),
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(cfg.AdminListener) // It is closed, or the process has worse trouble.
	}()
	return func() {
		_ = server.Close()
		<-ended
	}
}
