package users

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// maxTries bounds how often something is tried that lost a race.
const maxTries = 5

// read asks the database without changing anything. A connection that was lost
// half-way costs a second question and nothing else (F02, F03). The act may run
// several times, and begins anew each time.
func (s *Store) read(ctx context.Context, doing string, act func() error) error {
	return retry(ctx, doing, act, func(err error) bool { return neverSent(err) || connectionLost(err) })
}

// write changes something. When the connection is lost half-way, nobody knows
// whether the change was made: a second one could make it twice, or say "this
// link was used" to the person who has just used it. It is not repeated, unless
// nothing was sent. The act may run several times, and begins anew each time.
func (s *Store) write(ctx context.Context, doing string, act func() error) error {
	return retry(ctx, doing, act, neverSent)
}

// exec is a write of one statement. It returns how many rows that changed.
func (s *Store) exec(ctx context.Context, doing, statement string, args ...any) (int64, error) {
	var changed int64
	err := s.write(ctx, doing, func() error {
		tag, err := s.db.Exec(ctx, statement, args...)
		changed = tag.RowsAffected()
		return err
	})
	return changed, err
}

// retry repeats an act once if onceMore says so, and up to maxTries when the
// database rolled it back because it lost a race. Such an act left nothing behind: signing
// in while the same account is being deleted can deadlock, and on a distributed
// database any statement can be asked to come again.
//
// Nothing is repeated after ctx ended, nor when no connection was free in time:
// that would double the load of a database that has too much of it.
func retry(ctx context.Context, doing string, act func() error, onceMore func(error) bool) error {
	broken := 0
	for try := 1; ; try++ {
		err := act()
		if err == nil {
			return nil
		}
		if onceMore(err) {
			broken++
		} else if !lostRace(err) {
			return failed(doing, err)
		}
		pause := time.Duration(rand.IntN(10*try)+1) * time.Millisecond //nolint:gosec // Jitter is no secret.
		if broken > 1 || try == maxTries || !pauseFor(ctx, pause) {
			return failed(doing, err)
		}
	}
}

// pauseFor reports whether ctx lasted.
func pauseFor(ctx context.Context, pause time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(pause):
		return ctx.Err() == nil
	}
}

func lostRace(err error) bool {
	const serializationFailure, deadlockDetected = "40001", "40P01"
	return hasCode(err, serializationFailure, deadlockDetected)
}

// neverSent reports that the database cannot have seen anything of the act: the
// connection was found closed, or could not be opened.
func neverSent(err error) bool {
	_, notConnected := errors.AsType[*pgconn.ConnectError](err)
	return notConnected || pgconn.SafeToRetry(err)
}

// connectionLost reports that an answer will not come any more. A time that ran
// out is no such case: the database may just be slow.
//
// Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
func connectionLost(err error) bool {
	if _, answered := errors.AsType[*pgconn.PgError](err); answered {
		return hasCode(err,
			"57P01",          // admin_shutdown: a restart, or somebody ended the connection.
			"57P02",          // crash_shutdown.
			"57P03",          // cannot_connect_now: from a pooler, for the server behind it.
			"08003", "08006", // connection_does_not_exist, connection_failure: likewise.
		)
	}
	if netErr, ok := errors.AsType[net.Error](err); ok {
		return !netErr.Timeout()
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func hasCode(err error, codes ...string) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return ok && slices.Contains(codes, pgErr.Code)
}
