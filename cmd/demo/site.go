package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/telegramsim"
)

// siteConfig is what the environment says to cmd/site.
func siteConfig(o options, a addresses, databaseURL string) (app.Config, error) {
	publicURL, err := url.Parse(a.site)
	if err != nil {
		return app.Config{}, err
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil { // PostgreSQL may be elsewhere.
		return app.Config{}, fmt.Errorf("folder for the key of the cookies: %w", err)
	}
	keys, err := sessionKeys(o.dir)
	if err != nil {
		return app.Config{}, err
	}
	return app.Config{
		PublicURL:          publicURL,
		DatabaseURL:        databaseURL,
		MigrateDatabaseURL: databaseURL,
		BotTokens:          []string{telegramsim.DefaultToken},
		APIURL:             a.telegram,
		LinkURL:            a.telegram,
		Updates:            app.UpdatesPolling,
		Alone:              o.databaseURL == "", // Nobody else gets into the private one.
		SessionKeys:        keys,
		SessionLifetime:    720 * time.Hour,
		SessionIdle:        168 * time.Hour,
		LoginMaxAge:        5 * time.Minute,
		Now:                time.Now,
	}, nil
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
