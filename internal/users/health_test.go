package users_test

import (
	"errors"
	"testing"
	"time"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
	"example.com/telegram-login/internal/users"
)

func TestCheck_tellsTheVersionAndTheTime(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	newest, err := postgres.NewestMigration()
	if err != nil {
		t.Fatal(err)
	}
	var before, after time.Time
	ask := func(into *time.Time) {
		t.Helper()
		if err := db.QueryRow(t.Context(), `SELECT clock_timestamp()`).Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	ask(&before)
	got, err := store.Check(t.Context())
	ask(&after)
	if err != nil || got.Version != newest || got.Dirty {
		t.Errorf("Check = %+v, %v; want version %d, clean", got, err, newest)
	}
	if got.Clock.Before(before) || got.Clock.After(after) {
		t.Errorf("the clock says %v, want a time from %v to %v", got.Clock, before, after)
	}
}

func TestCheck_tellsWhatMigrationsLeftBehind(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]users.Health{
		`UPDATE schema_migrations SET version = 3, dirty = true`: {Version: 3, Dirty: true},
		`DELETE FROM schema_migrations`:                          {},
	} {
		store, db := newStore(t)
		exec(t, db, statement)
		got, err := store.Check(t.Context())
		got.Clock = time.Time{}
		if err != nil || got != want {
			t.Errorf("after %s: Check = %+v, %v; want %+v", statement, got, err, want)
		}
	}
}

func TestCheck_databaseThatWasNeverMigratedIsAMistakeAndNoOutage(t *testing.T) {
	t.Parallel()
	pool, err := postgres.Open(t.Context(), pgtest.Empty(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if _, err := users.NewStore(pool).Check(t.Context()); err == nil || errors.Is(err, users.ErrUnavailable) {
		t.Errorf("Check = %v, want an error that waiting does not cure", err)
	}
}

// The readiness probe comes often, and the bound on its time is short.
func TestCheck_isOneRoundTrip(t *testing.T) {
	t.Parallel()
	sent := &roundTrips{}
	pool, err := postgres.Open(t.Context(), pgtest.URL(t), sent)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store := users.NewStore(pool)
	if _, err := store.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent.queries = nil
	if _, err := store.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(sent.queries) != 1 {
		t.Errorf("Check sent %d statements: %q", len(sent.queries), sent.queries)
	}
}
