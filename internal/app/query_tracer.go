package app

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/metrics"
)

// queryTracer counts queries and how long they took. It looks at no text and no
// argument: those hold what people are called (R12).
type queryTracer struct {
	counts *metrics.Metrics
	now    func() time.Time
}

var (
	_ pgx.QueryTracer       = queryTracer{}
	_ pgx.BatchTracer       = queryTracer{}
	_ pgxpool.AcquireTracer = queryTracer{}
)

type (
	queryStartKey   struct{}
	acquireStartKey struct{}
)

// TraceQueryStart notes when a query began.
func (t queryTracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return context.WithValue(ctx, queryStartKey{}, t.now())
}

// TraceQueryEnd counts a query.
func (t queryTracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	t.ended(ctx, data.Err)
}

// TraceBatchStart notes when a batch began.
func (t queryTracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return context.WithValue(ctx, queryStartKey{}, t.now())
}

// TraceBatchQuery does nothing: a batch is one round trip, and counts once.
func (t queryTracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd counts a batch.
func (t queryTracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchEndData) {
	t.ended(ctx, data.Err)
}

func (t queryTracer) ended(ctx context.Context, err error) {
	began, ok := ctx.Value(queryStartKey{}).(time.Time)
	if !ok {
		return
	}
	t.counts.Query(t.now().Sub(began), err != nil && !errors.Is(err, pgx.ErrNoRows))
}

// TraceAcquireStart notes since when a query waits for a connection.
func (t queryTracer) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	return context.WithValue(ctx, acquireStartKey{}, t.now())
}

// TraceAcquireEnd counts the wait.
func (t queryTracer) TraceAcquireEnd(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireEndData) {
	if began, ok := ctx.Value(acquireStartKey{}).(time.Time); ok {
		t.counts.Acquire(t.now().Sub(began))
	}
}
