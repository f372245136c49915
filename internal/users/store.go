package users

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Store keeps everything in one PostgreSQL database.
type Store struct {
	db *pgxpool.Pool
}

// NewStore returns a store on a migrated database. The pool stays the caller's
// to close.
func NewStore(db *pgxpool.Pool) *Store {
	return &Store{db: db}
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.db.Ping(ctx)
}

// maxTries bounds how often a statement is sent that lost a race.
const maxTries = 5

// retry repeats an act that the database rolled back because it lost a race: a
// serialization failure or a deadlock. Such an act left nothing behind. Signing
// in while the same account is being deleted can deadlock, and on a distributed
// database any statement can be asked to come again.
func retry(ctx context.Context, act func() error) error {
	for try := 1; ; try++ {
		err := act()
		if err == nil || try == maxTries || !lostRace(err) {
			return err
		}
		pause := time.Duration(rand.IntN(10*try)+1) * time.Millisecond //nolint:gosec // Jitter is no secret.
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

func lostRace(err error) bool {
	const serializationFailure, deadlockDetected = "40001", "40P01"
	var pgErr *pgconn.PgError
	return errors.As(err, &pgErr) && (pgErr.Code == serializationFailure || pgErr.Code == deadlockDetected)
}
