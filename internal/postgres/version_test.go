package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
)

func TestVersion_emptyDatabaseIsAtZeroAndStaysEmpty(t *testing.T) {
	t.Parallel()
	databaseURL := emptyDatabase(t)
	if got := version(t, databaseURL); got != 0 {
		t.Errorf("version = %d, want 0", got)
	}
	const tables = `SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'`
	if got := ask[int](t, databaseURL, tables); got != 0 {
		t.Errorf("asking for the version created %d tables", got)
	}
}

// A migration that fails leaves the database dirty; the message says what to do,
// and doing it helps.
func TestMigrate_curesOfADirtyDatabase(t *testing.T) {
	t.Parallel()
	databaseURL := emptyDatabase(t)

	// Some table of the newest schema is in the way of its migration.
	const anyTable = `SELECT min(table_name) FROM information_schema.tables
		WHERE table_schema = 'public' AND table_name <> 'schema_migrations'`
	inTheWay := pgx.Identifier{ask[string](t, pgtest.URL(t), anyTable)}.Sanitize()
	execute(t, databaseURL, `CREATE TABLE `+inTheWay+` ()`)
	if err := postgres.Migrate(t.Context(), databaseURL); err == nil {
		t.Fatal("no error from a migration that cannot be applied")
	}

	failed, dirty, err := postgres.Version(t.Context(), databaseURL)
	if err != nil || !dirty {
		t.Fatalf("Version = %d, dirty %t, error %v; want dirty", failed, dirty, err)
	}
	err = postgres.Migrate(t.Context(), databaseURL)
	for _, want := range []string{
		fmt.Sprintf("version %d is dirty", failed), fmt.Sprintf("site migrate force %d", failed-1),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Migrate error = %v, want %q in it", err, want)
		}
	}

	execute(t, databaseURL, `DROP TABLE `+inTheWay)
	if err := postgres.Force(t.Context(), databaseURL, int(failed)-1); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), databaseURL); err != nil {
		t.Fatal(err)
	}
	if got, want := version(t, databaseURL), newest(t); got != want {
		t.Errorf("after the cure the database is at version %d, want %d", got, want)
	}
}

// A process can die between the last statement of a file and the record of it.
func TestMigrate_cureOfAnAppliedFileThatIsRecordedAsDirty(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	execute(t, databaseURL, `UPDATE schema_migrations SET dirty = true`)
	want := newest(t)
	err := postgres.Migrate(t.Context(), databaseURL)
	if cure := fmt.Sprintf("site migrate force %d", want); err == nil || !strings.Contains(err.Error(), cure) {
		t.Errorf("Migrate error = %v, want %q in it", err, cure)
	}
	if err := postgres.Force(t.Context(), databaseURL, int(want)); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), databaseURL); err != nil {
		t.Error(err)
	}
}

func TestForce_zeroMeansThatNothingWasApplied(t *testing.T) {
	t.Parallel()
	databaseURL := emptyDatabase(t)
	if err := postgres.Force(t.Context(), databaseURL, 0); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), databaseURL); err != nil {
		t.Fatal(err)
	}
	if got, want := version(t, databaseURL), newest(t); got != want {
		t.Errorf("version = %d, want %d", got, want)
	}
}

func TestForce_refusesAVersionThatDoesNotExist(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	for _, version := range []int{-1, int(newest(t)) + 1} {
		if err := postgres.Force(t.Context(), databaseURL, version); err == nil {
			t.Errorf("version %d was forced", version)
		}
	}
}
