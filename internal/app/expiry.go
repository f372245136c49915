package app

import (
	"context"
	"log/slog"
	"time"

	"example.com/telegram-login/internal/users"
)

const (
	expiryPause = 30 * time.Second
	expiryBatch = 1000 // Rows; small, so that nobody waits for the locks.
)

// removeExpired deletes what has expired, in small batches, until ctx ends.
func removeExpired(ctx context.Context, cfg Config, store *users.Store) {
	for ctx.Err() == nil {
		more, err := store.RemoveExpired(ctx, cfg.Now(), expiryBatch)
		if err != nil && ctx.Err() == nil {
			cfg.Log.WarnContext(ctx, "expired rows not removed", slog.String("error", err.Error()))
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(expiryPause):
		}
	}
}
