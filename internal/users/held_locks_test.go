package users_test

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/users"
)

// F05: one row is locked for long, and everybody who wants it holds a connection.
// Who comes then is told so, soon, and when the lock is gone all is well.
func TestStore_locksThatAreHeldMakeNobodyWaitForLong(t *testing.T) {
	t.Parallel()
	const connections = 4
	databaseURL := pgtest.URL(t)
	store, _ := openAsSite(t, databaseURL+"&pool_max_conns=4&lock_timeout=1min&statement_timeout=2min")
	_, behind := openAsSite(t, databaseURL)
	visitor := link(42, "visitor")
	signIn(t, store, visitor)

	holder, err := behind.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.Exec(t.Context(), `SELECT FROM accounts FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range connections {
		wg.Go(func() {
			if _, err := store.SignIn(t.Context(), link(42, strconv.Itoa(i))); err != nil {
				t.Errorf("SignIn that waited for the lock = %v", err)
			}
		})
	}
	for waiting := 0; waiting < connections; {
		waiting = count(t, behind, `pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
	}

	began := time.Now()
	if _, err := find(t.Context(), store, visitor); !errors.Is(err, users.ErrUnavailable) {
		t.Errorf("with all connections waiting: FindSession = %v, want ErrUnavailable", err)
	}
	if took := time.Since(began); took > 20*time.Second { // A second, with room for a busy machine.
		t.Errorf("FindSession took %v", took)
	}
	if err := holder.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if _, err := find(t.Context(), store, visitor); err != nil {
		t.Errorf("after the lock is gone: FindSession = %v", err)
	}
}

// Who waits for a lock too long is told so, too, and leaves nothing behind.
func TestStore_waitingForALockEnds(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	store, _ := openAsSite(t, databaseURL+"&lock_timeout=100ms")
	_, behind := openAsSite(t, databaseURL)
	signIn(t, store, link(42, "first"))
	before := everything(t, behind)
	holder, err := behind.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.Exec(t.Context(), `SELECT FROM accounts FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	if _, err := store.SignIn(t.Context(), link(42, "second")); !errors.Is(err, users.ErrUnavailable) {
		t.Errorf("SignIn = %v, want ErrUnavailable", err)
	}
	if err := holder.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := everything(t, behind); got != before {
		t.Errorf("rows: %s, want %s", got, before)
	}
	signIn(t, store, link(42, "second")) // The link is not used up.
}
