package users

import "context"

const setNotifications = `
UPDATE accounts
SET notifications = $2
WHERE id = $1`

// SetNotifications turns the person's own switch. An account that is not there
// is no error.
func (s *Store) SetNotifications(ctx context.Context, accountID int64, on bool) error {
	if _, err := s.db.Exec(ctx, setNotifications, accountID, on); err != nil {
		return failed("set notifications", err)
	}
	return nil
}
