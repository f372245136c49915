package users

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// Of the test messages of an account only the newest is of interest.
const forgetTestMessages = `
WITH gone AS (
  DELETE FROM messages
  WHERE account_id = @account_id AND kind = 'test' AND settled_at IS NOT NULL
)`

const queueTestMessage = forgetTestMessages + `
INSERT INTO messages (account_id, kind, created_at)
SELECT id, 'test', @at
FROM accounts
WHERE id = @account_id
FOR KEY SHARE -- Not while it is being deleted.
ON CONFLICT (account_id) WHERE kind = 'test' AND settled_at IS NULL DO NOTHING
RETURNING id, @telegram_id::bigint`

// QueueTestMessage writes a test message for an account, unless one is open, and
// reports whether it did. It takes the place of the one before.
func (s *Store) QueueTestMessage(ctx context.Context, account Account, at time.Time, enqueue Enqueue) (bool, error) {
	queued := false
	args := pgx.NamedArgs{"account_id": account.ID, "telegram_id": account.TelegramID, "at": at}
	err := s.write(ctx, "queue test message", func() error {
		return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
			rows, _ := tx.Query(ctx, queueTestMessage, args)
			messages, err := pgx.CollectRows(rows, pgx.RowToStructByPos[QueuedMessage])
			if queued = len(messages) > 0; err != nil || !queued {
				return err
			}
			return enqueue(ctx, tx, messages)
		})
	})
	if err != nil {
		return false, err
	}
	return queued, nil
}

const dropTestMessage = forgetTestMessages + `
INSERT INTO messages (account_id, kind, state, reason, created_at, settled_at)
SELECT id, 'test', 'dropped', @reason, @at, @at
FROM accounts
WHERE id = @account_id
FOR KEY SHARE -- As above.`

// DropTestMessage notes that a test message was asked for and will not be sent.
// It takes the place of the one before.
func (s *Store) DropTestMessage(ctx context.Context, accountID int64, at time.Time, reason MessageReason) error {
	_, err := s.exec(ctx, "drop test message", dropTestMessage,
		pgx.NamedArgs{"account_id": accountID, "at": at, "reason": reason})
	return err
}

const lastTestMessage = `
SELECT id, kind, state, COALESCE(reason, ''), created_at
FROM messages
WHERE account_id = $1 AND kind = 'test'
ORDER BY id DESC
LIMIT 1`

// LastTestMessage returns the newest test message of an account, or false.
func (s *Store) LastTestMessage(ctx context.Context, accountID int64) (Message, bool, error) {
	var m Message
	err := s.read(ctx, "find test message", func() error {
		return s.db.QueryRow(ctx, lastTestMessage, accountID).Scan(&m.ID, &m.Kind, &m.State, &m.Reason, &m.CreatedAt)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Message{}, false, nil
	}
	if err != nil {
		return Message{}, false, err
	}
	return m, true, nil
}
