package postgres_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/golang-migrate/migrate/v4/database"
	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
)

// newest is the version of a database on which every migration was applied.
func newest(t *testing.T) uint {
	t.Helper()
	return version(t, pgtest.URL(t))
}

func version(t *testing.T, databaseURL string) uint {
	t.Helper()
	version, dirty, err := postgres.Version(t.Context(), databaseURL)
	if err != nil || dirty {
		t.Fatalf("Version = %d, dirty %t, error %v", version, dirty, err)
	}
	return version
}

func TestMigrate_manyAtOnce(t *testing.T) {
	t.Parallel()
	databaseURL := emptyDatabase(t)
	const processes = 6
	errs := make([]error, processes)
	var wg sync.WaitGroup
	for i := range processes {
		wg.Go(func() { errs[i] = postgres.Migrate(t.Context(), databaseURL) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	if got, want := version(t, databaseURL), newest(t); got != want {
		t.Errorf("the database is at version %d, want %d", got, want)
	}
}

func TestMigrate_secondTimeChangesNothing(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	before := version(t, databaseURL)
	if err := postgres.Migrate(t.Context(), databaseURL); err != nil {
		t.Fatal(err)
	}
	if got := version(t, databaseURL); got != before {
		t.Errorf("version went from %d to %d", before, got)
	}
}

// Trap P8: with a connection left open the database can be neither cloned nor dropped.
func TestMigrate_leavesNoConnection(t *testing.T) {
	t.Parallel()
	databaseURL := emptyDatabase(t)
	if err := postgres.Migrate(t.Context(), databaseURL+"&application_name=migrator"); err != nil {
		t.Fatal(err)
	}
	// A server process outlives its connection by a moment: ask until it is gone.
	// The deadline of the test run is the limit.
	conn := connect(t, databaseURL)
	for open := 1; open > 0; {
		err := conn.QueryRow(t.Context(), `
			SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND application_name = 'migrator'`).Scan(&open)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The release before must start on the database that a newer one has migrated.
func TestMigrate_newerDatabaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	execute(t, databaseURL, `UPDATE schema_migrations SET version = 999999`)
	if err := postgres.Migrate(t.Context(), databaseURL); err != nil {
		t.Fatal(err)
	}
	if got := version(t, databaseURL); got != 999999 {
		t.Errorf("version = %d, want 999999", got)
	}
}

func TestMigrate_unknownVersionBelowTheNewestIsRefused(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	execute(t, databaseURL, `UPDATE schema_migrations SET version = 0`)
	if err := postgres.Migrate(t.Context(), databaseURL); err == nil {
		t.Error("no error for a version that no migration has")
	}
}

func TestMigrate_doesNotWaitForEver(t *testing.T) {
	t.Parallel()
	databaseURL := emptyDatabase(t)
	holdMigrationLock(t, databaseURL)
	err := postgres.Migrate(t.Context(), databaseURL+"&lock_timeout=50ms")
	if err == nil || !strings.Contains(err.Error(), "another process is migrating") {
		t.Errorf("Migrate error = %v, want that another process is migrating", err)
	}
}

func TestMigrate_stopsBeforeTheNextFile(t *testing.T) {
	t.Parallel()
	databaseURL := emptyDatabase(t)
	holder := holdMigrationLock(t, databaseURL)

	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- postgres.Migrate(ctx, databaseURL) }()
	for waiting := 0; waiting == 0; {
		err := holder.QueryRow(t.Context(), `
			SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
			WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	if err := holder.Close(t.Context()); err != nil { // Lets the migration go on.
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Migrate error = %v, want context.Canceled", err)
	}
	if got := version(t, databaseURL); got != 0 {
		t.Errorf("version = %d, want 0: nothing begun", got)
	}
}

// holdMigrationLock takes the lock that golang-migrate takes when it is opened
// by URL, so it also proves that we use that one and no other.
func holdMigrationLock(t *testing.T, databaseURL string) *pgx.Conn {
	t.Helper()
	conn := connect(t, databaseURL)
	id, err := database.GenerateAdvisoryLockId("/"+conn.Config().Database, "public", "schema_migrations")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `SELECT pg_advisory_lock($1::text::bigint)`, id); err != nil {
		t.Fatal(err)
	}
	return conn
}
