package users

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// LeaseHolder names one copy of the site.
type LeaseHolder [16]byte

const holdUpdateLease = `
INSERT INTO update_leases AS l (bot_id, holder, expires_at)
VALUES (@bot_id, @holder, @till)
ON CONFLICT (bot_id) DO UPDATE
SET holder = EXCLUDED.holder, expires_at = EXCLUDED.expires_at
WHERE l.holder = EXCLUDED.holder OR l.expires_at <= @at`

// HoldUpdateLease takes or renews the right to poll for a bot's updates, and
// reports whether the holder has it. It is lost at till unless renewed.
func (s *Store) HoldUpdateLease(ctx context.Context, botID int64, holder LeaseHolder, at, till time.Time) (bool, error) {
	held, err := s.exec(ctx, "hold update lease", holdUpdateLease, pgx.NamedArgs{
		"bot_id": botID, "holder": holder, "at": at, "till": till,
	})
	return held == 1, err
}

const releaseUpdateLease = `
DELETE FROM update_leases
WHERE bot_id = $1 AND holder = $2`

// ReleaseUpdateLease gives the right back, so that another copy need not wait.
// A lease that somebody else holds is not touched.
func (s *Store) ReleaseUpdateLease(ctx context.Context, botID int64, holder LeaseHolder) error {
	_, err := s.exec(ctx, "release update lease", releaseUpdateLease, botID, holder)
	return err
}

const dropUpdateLease = `
DELETE FROM update_leases
WHERE bot_id = $1`

// DropUpdateLease takes the right from whoever has it. It is for where there is
// only one copy of the site, so that the lease of one that was killed need not
// run out first.
func (s *Store) DropUpdateLease(ctx context.Context, botID int64) error {
	_, err := s.exec(ctx, "drop update lease", dropUpdateLease, botID)
	return err
}
