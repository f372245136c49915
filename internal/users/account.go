package users

import (
	"context"
	"time"
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
}

const deleteAccount = `
DELETE FROM accounts
WHERE id = $1`

// DeleteAccount removes the account, its sessions and its activity. Links that
// were used stay used (R5). An account that is not there is no error.
func (s *Store) DeleteAccount(ctx context.Context, accountID int64) error {
	err := retry(ctx, func() error {
		_, err := s.db.Exec(ctx, deleteAccount, accountID)
		return err
	})
	if err != nil {
		return failed("delete account", err)
	}
	return nil
}
