package users

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// AnswerJob is the kind of the queue's jobs that answer somebody. Their
// arguments have a chat_id and a telegram_id.
const AnswerJob = "answer"

const waitingAnswers = `
SELECT count(*)
FROM river_job
WHERE kind = '` + AnswerJob + `' AND state IN ('available', 'retryable', 'scheduled')
  AND (args @> jsonb_build_object('chat_id', $1::bigint) OR args @> jsonb_build_object('telegram_id', $2::bigint))`

// WaitingAnswers returns how many answers wait in the queue that go to a chat or
// were asked for by a person. Those on their way do not count.
func (s *Store) WaitingAnswers(ctx context.Context, tx pgx.Tx, chatID, telegramID int64) (int, error) {
	var n int
	if err := tx.QueryRow(ctx, waitingAnswers, chatID, telegramID).Scan(&n); err != nil {
		return 0, failed("count waiting answers", err)
	}
	return n, nil
}
