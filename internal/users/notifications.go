package users

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Only a change is worth a note: a double click makes none.
const setNotifications = `
WITH account AS (
  UPDATE accounts a
  SET notifications = @on, notifications_at = @at
  FROM (SELECT id, notifications FROM accounts WHERE id = @account_id FOR NO KEY UPDATE) before
  WHERE a.id = before.id
  RETURNING a.id, before.notifications <> a.notifications AS changed
)
INSERT INTO activity (account_id, kind, at)
SELECT id, @kind, @at
FROM account
WHERE changed`

// SetNotifications turns the person's own switch, and notes a change of it. An account that is not there
// is no error.
func (s *Store) SetNotifications(ctx context.Context, accountID int64, on bool, at time.Time) error {
	kind := ActivityNotificationsOff
	if on {
		kind = ActivityNotificationsOn
	}
	args := pgx.NamedArgs{"account_id": accountID, "on": on, "at": at, "kind": kind}
	_, err := s.exec(ctx, "set notifications", setNotifications, args)
	return err
}
