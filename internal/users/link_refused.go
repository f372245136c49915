package users

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// LinkRefusal is that an authentic login link of somebody was not accepted.
type LinkRefusal struct {
	TelegramID int64
	Reason     string // A word of a closed list, such as "expired".
	Device     Device
	At         time.Time
}

// refusalsQuietFor is how long further refusals for the same reason are not noted:
// whoever found an old link must not fill the table with it.
const refusalsQuietFor = 10 * time.Minute

// lockForRefusal makes refusals at the same time wait for each other, so that the
// next statement sees what the others noted.
const lockForRefusal = `
SELECT FROM accounts
WHERE telegram_id = @telegram_id
FOR NO KEY UPDATE`

const noteLinkRefused = `
INSERT INTO activity (account_id, kind, detail, at, browser, system)
SELECT a.id, 'link_refused', @reason, @at, NULLIF(@browser, ''), NULLIF(@system, '')
FROM accounts a
WHERE a.telegram_id = @telegram_id AND NOT EXISTS (
  SELECT 1 FROM activity e
  WHERE e.account_id = a.id AND e.kind = 'link_refused' AND e.detail = @reason AND e.at > @quiet_since
)`

// NoteLinkRefused notes the refusal in the person's activity, if they have an
// account, and at most once in ten minutes for each reason.
func (s *Store) NoteLinkRefused(ctx context.Context, r LinkRefusal) error {
	args := pgx.NamedArgs{
		"telegram_id": r.TelegramID, "reason": r.Reason, "browser": r.Device.Browser, "system": r.Device.System,
		"at": r.At, "quiet_since": r.At.Add(-refusalsQuietFor),
	}
	return s.write(ctx, "note refused link", func() error {
		// Both statements travel together and are one transaction.
		batch := &pgx.Batch{}
		batch.Queue(lockForRefusal, args)
		batch.Queue(noteLinkRefused, args)
		return s.db.SendBatch(ctx, batch).Close()
	})
}
