package users

import (
	"context"
	"time"
)

const setNotifications = `
UPDATE accounts
SET notifications = $2, notifications_at = $3
WHERE id = $1`

// SetNotifications turns the person's own switch. An account that is not there
// is no error.
func (s *Store) SetNotifications(ctx context.Context, accountID int64, on bool, at time.Time) error {
	if _, err := s.db.Exec(ctx, setNotifications, accountID, on, at); err != nil {
		return failed("set notifications", err)
	}
	return nil
}
