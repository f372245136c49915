package users

import (
	"context"
	"time"
)

// removeExpired holds one statement for each table whose rows expire. Small
// batches keep the locks short; SKIP LOCKED lets two copies of the site clean
// up side by side.
var removeExpired = []string{`
DELETE FROM sessions
WHERE token_hash IN (
  SELECT token_hash FROM sessions
  WHERE expires_at <= $1
  ORDER BY expires_at
  LIMIT $2
  FOR UPDATE SKIP LOCKED
)`, `
DELETE FROM used_links
WHERE mac IN (
  SELECT mac FROM used_links
  WHERE expires_at <= $1
  ORDER BY expires_at
  LIMIT $2
  FOR UPDATE SKIP LOCKED
)`}

// RemoveExpired deletes sessions and used links whose time is over, at most
// batch rows of each, and reports whether there may be more.
func (s *Store) RemoveExpired(ctx context.Context, at time.Time, batch int64) (bool, error) {
	more := false
	for _, query := range removeExpired {
		tag, err := s.db.Exec(ctx, query, at, batch)
		if err != nil {
			return false, failed("remove expired rows", err)
		}
		more = more || tag.RowsAffected() == batch
	}
	return more, nil
}
