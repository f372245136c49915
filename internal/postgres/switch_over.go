package postgres

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/time/rate"
)

// readOnlyWatch notices that the database has become read-only under the pool
// (F06): it was the primary, and now another one is. Such a server keeps its
// connections, and would refuse every write on each of them for as long as they
// live. So all are given up, and new ones lead to whoever is the primary now: by
// target_session_attrs=read-write, or by a host name that has moved.
//
// It gets to know the pool from the waits for its connections.
type readOnlyWatch struct {
	pool atomic.Pointer[pgxpool.Pool]
	// A database that just is read-only must not cost a connection for each write.
	giveUp rate.Sometimes
}

const giveUpAtMostEvery = time.Second

func newReadOnlyWatch() *readOnlyWatch {
	return &readOnlyWatch{giveUp: rate.Sometimes{Interval: giveUpAtMostEvery}}
}

func (w *readOnlyWatch) look(err error) {
	const readOnlyTransaction = "25006"
	refusal, ok := errors.AsType[*pgconn.PgError](err)
	if pool := w.pool.Load(); pool != nil && ok && refusal.Code == readOnlyTransaction {
		w.giveUp.Do(pool.Reset)
	}
}

// TraceAcquireStart remembers the pool.
func (w *readOnlyWatch) TraceAcquireStart(ctx context.Context, pool *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	w.pool.Store(pool)
	return ctx
}

// TraceAcquireEnd has nothing to do.
func (*readOnlyWatch) TraceAcquireEnd(context.Context, *pgxpool.Pool, pgxpool.TraceAcquireEndData) {}

// TraceQueryStart has nothing to do.
func (*readOnlyWatch) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

// TraceQueryEnd looks at what became of a statement.
func (w *readOnlyWatch) TraceQueryEnd(_ context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	w.look(data.Err)
}

// TraceBatchStart has nothing to do.
func (*readOnlyWatch) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

// TraceBatchQuery has nothing to do.
func (*readOnlyWatch) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd looks at what became of several statements.
func (w *readOnlyWatch) TraceBatchEnd(_ context.Context, _ *pgx.Conn, data pgx.TraceBatchEndData) {
	w.look(data.Err)
}
