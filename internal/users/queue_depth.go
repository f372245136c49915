package users

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// QueueDepth is how much waits to be sent.
type QueueDepth struct {
	Jobs map[string]int64 // By state: available, retryable, running, scheduled.
	// DueSince is since when the oldest job waits that should have been sent by now;
	// zero for none.
	DueSince time.Time
}

// The index of the queue begins with the state, so that finished jobs are not
// looked at.
const queueDepth = `
SELECT state::text, count(*), min(scheduled_at) FILTER (WHERE state <> 'running' AND scheduled_at <= $1)
FROM river_job
WHERE state IN ('available', 'retryable', 'running', 'scheduled')
GROUP BY state`

// QueueDepth returns how much waits to be sent at a moment.
func (s *Store) QueueDepth(ctx context.Context, at time.Time) (QueueDepth, error) {
	var depth QueueDepth
	err := s.read(ctx, "look at the queue", func() error {
		depth = QueueDepth{Jobs: map[string]int64{"available": 0, "retryable": 0, "running": 0, "scheduled": 0}}
		rows, _ := s.db.Query(ctx, queueDepth, at) // Its error comes out of ForEachRow.
		var state string
		var jobs int64
		var due *time.Time
		_, err := pgx.ForEachRow(rows, []any{&state, &jobs, &due}, func() error {
			depth.Jobs[state] = jobs
			if due != nil && (depth.DueSince.IsZero() || due.Before(depth.DueSince)) {
				depth.DueSince = *due
			}
			return nil
		})
		return err
	})
	return depth, err
}
