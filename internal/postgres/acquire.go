package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// acquireTimeout is how long anybody waits for a connection of the pool, unless
// the URL says otherwise. When all of them are busy for so long, more waiting
// only makes the queue longer: an answer now, and "try again", is worth more.
const acquireTimeout = time.Second

// acquireLimit ends the wait for a connection. What was asked on the connection
// then keeps the time that its own context gives it.
//
// The error is [context.DeadlineExceeded], as if the caller's own time were over.
type acquireLimit time.Duration

type (
	endOfWait   struct{}
	patientWait struct{}
)

// patiently lets one caller wait as long as its context allows: opening a
// connection at the start may take longer than a visitor would wait.
func patiently(ctx context.Context) context.Context {
	return context.WithValue(ctx, patientWait{}, true)
}

// TraceAcquireStart returns the context that the pool waits with.
func (l acquireLimit) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	if ctx.Value(patientWait{}) != nil {
		return ctx
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(l)) // TraceAcquireEnd, which always comes, calls cancel.
	return context.WithValue(ctx, endOfWait{}, cancel)
}

// TraceAcquireEnd releases the timer.
func (l acquireLimit) TraceAcquireEnd(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireEndData) {
	if cancel, ok := ctx.Value(endOfWait{}).(context.CancelFunc); ok {
		cancel()
	}
}
