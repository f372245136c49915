package users

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// Profile is how Telegram describes a person. A field that Telegram left out is
// empty; only the id can be relied on.
type Profile struct {
	FirstName string
	LastName  string
	Username  string // Without the @. It can change hands: never a key (R9).
	PhotoURL  string
}

// Account is one person who signed in.
type Account struct {
	ID           int64
	TelegramID   int64
	Profile      Profile
	ProfileAt    time.Time // auth_date of the login that the profile is from.
	CreatedAt    time.Time
	LastSignInAt time.Time
	// Notifications is the person's own switch: may we send what they did not ask
	// for at this moment? It says nothing about what Telegram allows.
	Notifications bool
}

const findAccount = `
SELECT` + accountColumns + `
FROM accounts a
WHERE a.telegram_id = $1`

// FindAccount returns the account of a person, or false.
func (s *Store) FindAccount(ctx context.Context, telegramID int64) (Account, bool, error) {
	var a Account
	err := scanAccount(s.db.QueryRow(ctx, findAccount, telegramID), &a)
	if errors.Is(err, pgx.ErrNoRows) {
		return Account{}, false, nil
	}
	if err != nil {
		return Account{}, false, failed("find account", err)
	}
	return a, true, nil
}

// lockForDeletion waits for whoever is queueing messages for the account, so
// that the deletion, which sees what was there when it began, sees their jobs.
const lockForDeletion = `
SELECT FROM accounts
WHERE id = $1
FOR UPDATE`

// What the bot knows about the person, and what the queue holds for them, hangs
// on the Telegram id and not on the account: it has to be named.
const deleteAccount = `
WITH account AS (
  DELETE FROM accounts
  WHERE id = $1
  RETURNING telegram_id
), facts AS (
  DELETE FROM write_access_events e
  USING account a
  WHERE e.telegram_id = a.telegram_id
), slots AS (
  DELETE FROM send_slots s
  USING account a
  WHERE s.chat_id = a.telegram_id
)
DELETE FROM river_job j
USING account a
WHERE j.args @> jsonb_build_object('telegram_id', a.telegram_id)`

// DeleteAccount removes the account, its sessions, its activity, its messages
// with the queue's jobs, and what is known about writing to the person. Links
// that were used stay used (R5). An account that is not there is no error.
func (s *Store) DeleteAccount(ctx context.Context, accountID int64) error {
	err := retry(ctx, func() error {
		// Both statements travel together and are one transaction.
		batch := &pgx.Batch{}
		batch.Queue(lockForDeletion, accountID)
		batch.Queue(deleteAccount, accountID)
		return s.db.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return failed("delete account", err)
	}
	return nil
}
