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
	err := s.read(ctx, "find account", func() error {
		return scanAccount(s.db.QueryRow(ctx, findAccount, telegramID), &a)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Account{}, false, nil
	}
	if err != nil {
		return Account{}, false, err
	}
	return a, true, nil
}
