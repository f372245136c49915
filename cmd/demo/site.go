package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/telegramsim"
)

// runSite runs the very program that cmd/site runs, until ctx ends.
func runSite(ctx context.Context, a addresses, l net.Listener, databaseURL string, keys [][]byte, log *slog.Logger) error {
	publicURL, err := url.Parse(a.site)
	if err != nil {
		return err
	}
	return app.Run(ctx, app.Config{
		PublicURL:          publicURL,
		Listener:           l,
		DatabaseURL:        databaseURL,
		MigrateDatabaseURL: databaseURL,
		BotTokens:          []string{telegramsim.DefaultToken},
		APIURL:             a.telegram,
		LinkURL:            a.telegram,
		Updates:            app.UpdatesPolling,
		Alone:              true, // Its database lets nobody else in.
		SessionKeys:        keys,
		SessionLifetime:    720 * time.Hour,
		SessionIdle:        168 * time.Hour,
		LoginMaxAge:        5 * time.Minute,
		Now:                time.Now,
		Log:                log,
	})
}

// sessionKeys returns the key of earlier runs, so that who was signed in still
// is, or makes one.
func sessionKeys(dir string) ([][]byte, error) {
	file := filepath.Join(dir, "session.key")
	key, err := os.ReadFile(file) //nolint:gosec // The demo's own folder.
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(key) < app.MinSessionKeyBytes {
		key = make([]byte, app.MinSessionKeyBytes)
		_, _ = rand.Read(key) // Never fails, says crypto/rand.
		err = os.WriteFile(file, key, 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("session key: %w", err)
	}
	return [][]byte{key}, nil
}
