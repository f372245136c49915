package main

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

// startTelegram starts the stand-in and returns how to stop it.
func startTelegram(a addresses, l net.Listener, log *slog.Logger) (func(), error) {
	sim, err := telegramsim.New(telegramsim.Config{
		Bots: []telegramsim.Bot{{
			Token:    telegramsim.DefaultToken,
			Username: telegramsim.DefaultUsername,
			Name:     telegramsim.DefaultName,
			Domain:   "localhost",
		}},
		PublicURL: a.telegram,
		Now:       time.Now,
		Log:       log,
	})
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 5 * time.Second}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("stand-in telegram", slog.String("error", err.Error()))
		}
	}()
	return func() {
		// Its long polls would make a graceful stop wait; nothing is lost.
		_ = server.Close()
		<-stopped
		sim.Close()
	}, nil
}
