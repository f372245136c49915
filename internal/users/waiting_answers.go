package users

import (
	"context"

	"github.com/jackc/pgx/v5"
)

const waitingAnswers = `
SELECT count(*)
FROM river_job
WHERE kind = 'answer' AND state IN ('available', 'retryable', 'scheduled')
  AND args @> jsonb_build_object('chat_id', $1::bigint)`

// WaitingAnswers returns how many answers to a chat wait in the queue. Those on
// their way do not count.
func (s *Store) WaitingAnswers(ctx context.Context, tx pgx.Tx, chatID int64) (int, error) {
	var n int
	if err := tx.QueryRow(ctx, waitingAnswers, chatID).Scan(&n); err != nil {
		return 0, failed("count waiting answers", err)
	}
	return n, nil
}
