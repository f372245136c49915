package main

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
)

// The step that migrates may run where neither token nor keys are.
func TestRun_migrateNeedsTheDatabaseAndNothingElse(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.Empty(t)
	if err := runToEnd(t, []string{"DATABASE_URL=" + databaseURL}, "migrate"); err != nil {
		t.Fatal(err)
	}
	version, dirty, err := postgres.Version(t.Context(), databaseURL)
	if err != nil || version == 0 || dirty {
		t.Errorf("the database is at version %d, dirty: %t, %v", version, dirty, err)
	}
}

func TestRun_migrateTakesTheDirectConnection(t *testing.T) {
	t.Parallel()
	direct := pgtest.Empty(t)
	environ := []string{"DATABASE_URL=postgres://" + freeAddress(t) + "/pooler", "MIGRATE_DATABASE_URL=" + direct}
	if err := runToEnd(t, environ, "migrate"); err != nil {
		t.Fatal(err)
	}
	if version, _, err := postgres.Version(t.Context(), direct); err != nil || version == 0 {
		t.Errorf("the direct connection is at version %d, %v", version, err)
	}
}

func TestRun_migrateForceMendsADirtyDatabase(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	environ := []string{"DATABASE_URL=" + databaseURL}
	version, _, err := postgres.Version(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, databaseURL, `UPDATE schema_migrations SET dirty = true`)
	err = runToEnd(t, environ, "migrate")
	if err == nil || !strings.Contains(err.Error(), "migrate force") {
		t.Fatalf("migrate = %v, want an error with the cure", err)
	}
	if err := runToEnd(t, environ, "migrate", "force", "1"); err != nil {
		t.Fatal(err)
	}
	got, dirty, err := postgres.Version(t.Context(), databaseURL)
	if err != nil || got != 1 || dirty {
		t.Errorf("after the force: version %d, dirty: %t, %v", got, dirty, err)
	}
	if err := runToEnd(t, environ, "migrate", "force", "9999"); err == nil {
		t.Errorf("forced to a version that is none; the newest is %d", version)
	}
}

func TestRun_migrateSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	if err := runToEnd(t, nil, "migrate"); err == nil || !strings.Contains(err.Error(), "DATABASE_URL: is required") {
		t.Errorf("migrate = %v", err)
	}
}

func execute(t *testing.T, databaseURL, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// dropDatabase takes the database away from whoever is connected to it.
func dropDatabase(t *testing.T, databaseURL string) {
	t.Helper()
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	name := config.Database
	config.Database = "postgres" // Not template1: nobody could create a database meanwhile.
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `DROP DATABASE `+pgx.Identifier{name}.Sanitize()+` WITH (FORCE)`); err != nil {
		t.Fatal(err)
	}
}
