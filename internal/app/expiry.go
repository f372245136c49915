package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"example.com/telegram-login/internal/metrics"
	"example.com/telegram-login/internal/users"
)

const (
	expiryPause = 30 * time.Second
	// scanPause is for what looks at whole tables.
	scanPause   = time.Hour
	expiryBatch = 1000 // Rows; small, so that nobody waits for the locks.
)

// removeExpired deletes what has expired, until ctx ends.
func removeExpired(ctx context.Context, cfg Config, store *users.Store, counts *metrics.Metrics) {
	everySoOften(ctx, cfg, expiryPause, func(ctx context.Context, at time.Time, batch int64) (bool, error) {
		removed, err := store.RemoveExpired(ctx, at, batch)
		counts.Sessions(metrics.SessionExpired, removed.Sessions)
		return removed.More, err
	})
}

// removeForgotten deletes what nobody comes back for, until ctx ends: sessions that
// were idle too long, old activity, what is known about people who never came.
func removeForgotten(ctx context.Context, cfg Config, store *users.Store, counts *metrics.Metrics) {
	idle := func(ctx context.Context, at time.Time, batch int64) (bool, error) {
		n, err := store.RemoveIdleSessions(ctx, at.Add(-cfg.SessionIdle), batch)
		counts.Sessions(metrics.SessionIdle, n)
		return n == batch, err
	}
	everySoOften(ctx, cfg, scanPause, func(ctx context.Context, at time.Time, batch int64) (bool, error) {
		more, failures := false, error(nil)
		for _, remove := range []func(context.Context, time.Time, int64) (bool, error){
			idle, store.RemoveOldActivity, store.ForgetStrangers,
		} {
			some, err := remove(ctx, at, batch)
			more, failures = more || some, errors.Join(failures, err) // The others are not to wait for one that fails.
		}
		return more, failures
	})
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
