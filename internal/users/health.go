package users

import (
	"context"
	"time"
)

// Health is what the database says of itself.
type Health struct {
	Version uint      // The migration that it is at; 0 when none was applied.
	Dirty   bool      // The file of that version failed or was interrupted.
	Clock   time.Time // When it answered, by its own clock.
}

// The table is the one in which golang-migrate keeps account.
const checkHealth = `
SELECT COALESCE(m.version, 0), COALESCE(m.dirty, false), clock_timestamp()
FROM (SELECT) AS one
LEFT JOIN schema_migrations m ON true`

// Check asks the database how it is, in one round trip. A database that was
// never migrated is an error.
func (s *Store) Check(ctx context.Context) (Health, error) {
	var h Health
	err := s.read(ctx, "check the database", func() error {
		return s.db.QueryRow(ctx, checkHealth).Scan(&h.Version, &h.Dirty, &h.Clock)
	})
	return h, err
}
