package app

import (
	"context"
	"log/slog"
)

// look sets the metrics that have to be asked for.
func (s *running) look(ctx context.Context) {
	_ = s.ready.Ready(ctx) // It counts for itself.
	db := s.opened.Load()
	if db == nil {
		return
	}
	pool := db.pool.Stat()
	s.counts.Pool(pool.AcquiredConns(), pool.IdleConns(), pool.MaxConns())
	now := s.cfg.Now()
	depth, err := db.store.QueueDepth(ctx, now)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "queue not looked at", slog.String("error", err.Error()))
		return
	}
	if depth.DueSince.IsZero() {
		depth.DueSince = now
	}
	s.counts.Queue(depth.Jobs, now.Sub(depth.DueSince))
}
