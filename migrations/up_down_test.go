package migrations_test

import (
	"strings"
	"testing"

	"github.com/golang-migrate/migrate/v4"
	_ "github.com/golang-migrate/migrate/v4/database/pgx/v5" // registers pgx5://
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/migrations"
)

// A way down that leaves something behind, or takes too much, is noticed when it
// is needed most: after a bad release.
func TestMigrations_eachGoesDownToWhereItCameFromAndUpAgain(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.Empty(t)
	conn, err := pgx.Connect(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	m := open(t, databaseURL)

	for number := 1; number <= newest(t); number++ {
		before := printSchema(t, conn)
		step(t, m, 1)
		after := printSchema(t, conn)
		if after == before {
			t.Errorf("migration %d changes nothing that is printed", number)
		}
		step(t, m, -1)
		if got := printSchema(t, conn); got != before {
			t.Fatalf("migration %d goes down to\n%s\nand came from\n%s", number, got, before)
		}
		step(t, m, 1)
		if got := printSchema(t, conn); got != after {
			t.Fatalf("migration %d goes up to\n%s\nthe second time, and the first time to\n%s", number, got, after)
		}
	}
}

// Whoever gives up takes the way down in one go.
func TestMigrations_allTheWayDownLeavesNothing(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.Empty(t)
	conn, err := pgx.Connect(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	m := open(t, databaseURL)
	before := printSchema(t, conn)
	if err := m.Up(); err != nil {
		t.Fatal(err)
	}
	if err := m.Down(); err != nil {
		t.Fatal(err)
	}
	if got := printSchema(t, conn); got != before {
		t.Errorf("left behind:\n%s", got)
	}
}

func open(t *testing.T, databaseURL string) *migrate.Migrate {
	t.Helper()
	files, err := iofs.New(migrations.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(databaseURL, "://")
	m, err := migrate.NewWithSourceInstance("iofs", files, "pgx5://"+rest)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = m.Close() })
	return m
}

func step(t *testing.T, m *migrate.Migrate, n int) {
	t.Helper()
	if err := m.Steps(n); err != nil {
		version, _, _ := m.Version()
		t.Fatalf("from version %d by %+d: %v", version, n, err)
	}
}
