package app

import (
	"context"
	"log/slog"
	"time"

	"example.com/telegram-login/internal/users"
)

const (
	expiryPause    = 30 * time.Second
	strangersPause = time.Hour
	expiryBatch    = 1000 // Rows; small, so that nobody waits for the locks.
)

// removeExpired deletes what has expired, until ctx ends.
func removeExpired(ctx context.Context, cfg Config, store *users.Store) {
	everySoOften(ctx, cfg, expiryPause, store.RemoveExpired)
}

// forgetStrangers deletes what is known about people who never came, until ctx
// ends.
func forgetStrangers(ctx context.Context, cfg Config, store *users.Store) {
	everySoOften(ctx, cfg, strangersPause, store.ForgetStrangers)
}

// everySoOften calls remove until nothing is left, and again after a pause.
func everySoOften(ctx context.Context, cfg Config, pause time.Duration, remove func(context.Context, time.Time, int64) (bool, error)) {
	for ctx.Err() == nil {
		more, err := remove(ctx, cfg.Now(), expiryBatch)
		if err != nil && ctx.Err() == nil {
			cfg.Log.WarnContext(ctx, "expired rows not removed", slog.String("error", err.Error()))
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}
