package users_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
	"example.com/telegram-login/internal/users"
)

// What was asked can be asked again.
func TestRead_comesAgainOnceWhenTheAnswerIsLost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lost, left int64
		want       error
	}{
		"once":   {lost: 1, left: 0, want: nil},
		"always": {lost: 100, left: 98, want: users.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, l, _ := newLine(t)
			visitor := link(42, "visitor")
			signIn(t, store, visitor)
			l.swallow.Store(test.lost)
			if _, err := find(t.Context(), store, visitor); !errors.Is(err, test.want) {
				t.Errorf("FindSession = %v, want %v", err, test.want)
			}
			if got := max(l.swallow.Load(), 0); got != test.left {
				t.Errorf("%d of %d answers are left to be lost, want %d", got, test.lost, test.left)
			}
		})
	}
}

// The link is used, and who used it is told to start again. "Was used before"
// would be a lie, and a second session one that nobody has the token of.
func TestWrite_doesNotComeAgainWhenTheAnswerIsLost(t *testing.T) {
	t.Parallel()
	store, l, behind := newLine(t)
	signIn(t, store, link(42, "first")) // Prepares the statements.
	l.asked.Store(0)
	l.swallow.Store(1)
	if _, err := store.SignIn(t.Context(), link(42, "second")); !errors.Is(err, users.ErrUnavailable) {
		t.Errorf("SignIn = %v, want ErrUnavailable", err)
	}
	if got := l.asked.Load(); got != 1 {
		t.Errorf("%d messages were sent, want 1", got)
	}
	if got := everything(t, behind); got != "accounts=1 sessions=2 used_links=2 activity=2 " {
		t.Errorf("rows: %s", got)
	}
}

func TestWrite_comesAgainOnceWhenNothingWasSent(t *testing.T) {
	t.Parallel()
	for refused, want := range map[int64]error{1: nil, 2: users.ErrUnavailable} {
		store, l, _ := newLine(t)
		l.refuse.Store(refused)
		if _, err := store.SignIn(t.Context(), link(42, "x")); !errors.Is(err, want) {
			t.Errorf("%d connections refused: SignIn = %v, want %v", refused, err, want)
		}
		if got := l.dials.Load(); got != 2 {
			t.Errorf("%d connections refused: dialled %d times, want 2", refused, got)
		}
	}
}

func TestRetry_notAfterTheTimeIsOver(t *testing.T) {
	t.Parallel()
	store, l, _ := newLine(t)
	ctx, cancel := context.WithCancel(t.Context())
	l.refuse.Store(1)
	l.onRefusal = cancel
	if _, err := store.SignIn(ctx, link(42, "x")); err == nil {
		t.Error("SignIn went on after its time was over")
	}
	if got := l.dials.Load(); got != 1 {
		t.Errorf("dialled %d times, want 1", got)
	}
}

// waits counts who waited for a connection.
type waits struct {
	roundTrips
	n int
}

func (w *waits) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	w.n++
	return ctx
}

func (w *waits) TraceAcquireEnd(context.Context, *pgxpool.Pool, pgxpool.TraceAcquireEndData) {}

// A database that has too much to do is not asked twice.
func TestRetry_notWhenNoConnectionWasFree(t *testing.T) {
	t.Parallel()
	seen := &waits{}
	pool, err := postgres.Open(t.Context(), pgtest.URL(t)+"&pool_max_conns=1&pool_acquire_timeout=20ms", seen)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Release)
	seen.n = 0
	if _, err := find(t.Context(), users.NewStore(pool), link(42, "x")); !errors.Is(err, users.ErrUnavailable) {
		t.Errorf("FindSession = %v, want ErrUnavailable", err)
	}
	if seen.n != 1 {
		t.Errorf("waited %d times, want once", seen.n)
	}
}
