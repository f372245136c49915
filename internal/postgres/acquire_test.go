package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
)

// takeAll takes every connection of a pool, and returns how to give them back.
func takeAll(t *testing.T, pool *pgxpool.Pool) (giveBack func()) {
	t.Helper()
	var taken []*pgxpool.Conn
	for range pool.Config().MaxConns {
		conn, err := pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, conn)
	}
	giveBack = func() {
		for _, conn := range taken {
			conn.Release()
		}
		taken = nil
	}
	t.Cleanup(func() { giveBack() })
	return giveBack
}

// F05: nobody waits in a queue that only grows.
func TestAcquire_doesNotWaitForLongAndWorksAgainAfterwards(t *testing.T) {
	t.Parallel()
	for parameters, atLeast := range map[string]time.Duration{"": time.Second, "&pool_acquire_timeout=50ms": 50 * time.Millisecond} {
		t.Run("with "+parameters, func(t *testing.T) {
			t.Parallel()
			pool := open(t, pgtest.URL(t)+"&pool_max_conns=2"+parameters)
			giveBack := takeAll(t, pool)
			began := time.Now()
			_, err := pool.Exec(t.Context(), `SELECT 1`)
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("with all connections taken: %v, want context.DeadlineExceeded", err)
			}
			if waited := time.Since(began); waited < atLeast || waited > atLeast+30*time.Second {
				t.Errorf("waited %v, want a little more than %v", waited, atLeast)
			}
			giveBack()
			if _, err := pool.Exec(t.Context(), `SELECT 1`); err != nil {
				t.Errorf("after they were given back: %v", err)
			}
		})
	}
}

// Only the wait is short: a statement has the time that its caller gives it.
func TestAcquire_theLimitDoesNotReachIntoTheStatement(t *testing.T) {
	t.Parallel()
	pool := open(t, pgtest.URL(t)+"&pool_acquire_timeout=2s&statement_timeout=0")
	if _, err := pool.Exec(t.Context(), `SELECT pg_sleep(2.5)`); err != nil {
		t.Error(err)
	}
}

func TestOpen_aBadAcquireTimeoutIsNamed(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"hunter2", "0", "-1s", ""} {
		_, err := postgres.Open(t.Context(), "postgres://site:hunter2@127.0.0.1:1/site?pool_acquire_timeout="+value)
		if err == nil || !strings.Contains(err.Error(), "pool_acquire_timeout") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("with %q the error is %v, want one that names pool_acquire_timeout and nothing else", value, err)
		}
	}
}

// witness counts what a tracer of the caller's is told.
type witness struct{ queries, batches, waits int }

func (w *witness) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}
func (w *witness) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) { w.queries++ }

func (w *witness) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}
func (w *witness) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (w *witness) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     { w.batches++ }

func (w *witness) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	return ctx
}

func (w *witness) TraceAcquireEnd(context.Context, *pgxpool.Pool, pgxpool.TraceAcquireEndData) {
	w.waits++
}

func TestOpen_tracersSeeQueriesBatchesAndWaits(t *testing.T) {
	t.Parallel()
	seen := &witness{}
	pool, err := postgres.Open(t.Context(), pgtest.URL(t), seen)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	*seen = witness{} // Opening is no matter of this test.
	if _, err := pool.Exec(t.Context(), `SELECT 1`); err != nil {
		t.Fatal(err)
	}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT 1`)
	if err := pool.SendBatch(t.Context(), batch).Close(); err != nil {
		t.Fatal(err)
	}
	if want := (witness{queries: 1, batches: 1, waits: 2}); *seen != want {
		t.Errorf("the tracer saw %+v, want %+v", *seen, want)
	}
}
