package users

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"
)

// ErrUnavailable means that the database cannot do its work at the moment: it is
// out of reach, starting, full, read-only, or too slow. Trying again later is
// the right thing to do. Every method of a [Store] can return it.
var ErrUnavailable = errors.New("database is unavailable")

// failed names what was being done when an error came, and marks those that are
// [ErrUnavailable].
func failed(doing string, err error) error {
	if isUnavailable(err) {
		return fmt.Errorf("%s: %w: %w", doing, ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func isUnavailable(err error) bool {
	// Before the codes: a server that lets us not in has its own for it, such as for a
	// password that is being replaced, and says nothing about a statement.
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return isUnavailableCode(pgErr.Code)
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return pgconn.SafeToRetry(err) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, puddle.ErrClosedPool)
}

// isUnavailableCode knows the codes that say something about the moment and not
// about the statement.
//
// Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
func isUnavailableCode(code string) bool {
	const connectionException, insufficientResources, operatorIntervention = "08", "53", "57"
	return slices.Contains([]string{connectionException, insufficientResources, operatorIntervention}, code[:min(2, len(code))]) ||
		slices.Contains([]string{
			"25006", // read_only_sql_transaction: a standby, or a failover.
			"40001", // serialization_failure, after all tries.
			"40P01", // deadlock_detected, after all tries.
			"55P03", // lock_not_available.
		}, strings.ToUpper(code))
}
