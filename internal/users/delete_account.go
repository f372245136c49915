package users

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// Deleted says how many rows went with an account.
type Deleted struct {
	Sessions    int64
	Activity    int64
	Messages    int64
	WriteAccess int64 // Facts about whether a bot may write to the person.
}

// lockForDeletion waits for whoever is queueing messages for the account, so
// that the deletion, which sees what was there when it began, sees their jobs.
const lockForDeletion = `
SELECT FROM accounts
WHERE id = $1
FOR UPDATE`

// What the bot knows about the person, and what the queue holds for them, hangs
// on the Telegram id and not on the account: it has to be named. The rest goes
// with the account, and is counted before.
const deleteAccount = `
WITH account AS (
  DELETE FROM accounts
  WHERE id = $1
  RETURNING id, telegram_id
), facts AS (
  DELETE FROM write_access_events e
  USING account a
  WHERE e.telegram_id = a.telegram_id
  RETURNING e.id
), slots AS (
  DELETE FROM send_slots s
  USING account a
  WHERE s.chat_id = a.telegram_id
), jobs AS (
  DELETE FROM river_job j
  USING account a
  WHERE j.args @> jsonb_build_object('telegram_id', a.telegram_id)
)
SELECT (SELECT count(*) FROM sessions s WHERE s.account_id = a.id),
       (SELECT count(*) FROM activity e WHERE e.account_id = a.id),
       (SELECT count(*) FROM messages m WHERE m.account_id = a.id),
       (SELECT count(*) FROM facts)
FROM account a`

// DeleteAccount removes the account, its sessions, its activity, its messages
// with the queue's jobs, and what is known about writing to the person, and
// returns how much there was. Links that were used stay used (R5). An account
// that is not there is no error.
func (s *Store) DeleteAccount(ctx context.Context, accountID int64) (Deleted, error) {
	var d Deleted
	err := s.write(ctx, "delete account", func() error {
		// Both statements travel together and are one transaction.
		batch := &pgx.Batch{}
		batch.Queue(lockForDeletion, accountID)
		batch.Queue(deleteAccount, accountID).QueryRow(func(row pgx.Row) error {
			return row.Scan(&d.Sessions, &d.Activity, &d.Messages, &d.WriteAccess)
		})
		return s.db.SendBatch(ctx, batch).Close()
	})
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Deleted{}, err
	}
	return d, nil
}
