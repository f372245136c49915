package pgtest_test

import (
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
)

func TestNew_isMigrated(t *testing.T) {
	t.Parallel()
	const tables = `SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'`
	var got int
	if err := pgtest.New(t).QueryRow(t.Context(), tables).Scan(&got); err != nil {
		t.Fatal(err)
	}
	if got < 2 { // One of them is golang-migrate's own.
		t.Errorf("the database has %d tables, want those of the migrations", got)
	}
}

func TestEmpty_hasNoTable(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), pgtest.Empty(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	const tables = `SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'`
	var got int
	if err := conn.QueryRow(t.Context(), tables).Scan(&got); err != nil {
		t.Fatal(err)
	}
	if got != 0 {
		t.Errorf("the empty database has %d tables", got)
	}
}

func TestNew_nothingIsSharedBetweenTests(t *testing.T) {
	t.Parallel()
	const tests = 12
	var wg sync.WaitGroup
	for range tests {
		pool := pgtest.New(t)
		wg.Go(func() {
			if _, err := pool.Exec(t.Context(), `CREATE TABLE mine ()`); err != nil {
				t.Errorf("a database is not fresh: %v", err)
			}
		})
	}
	wg.Wait()
}

func TestURL_databaseIsDroppedThoughSomebodyIsConnected(t *testing.T) {
	t.Parallel()
	var databaseURL string
	t.Run("a test that passes", func(t *testing.T) {
		databaseURL = pgtest.URL(t)
		conn, err := pgx.Connect(t.Context(), databaseURL)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn // Left open on purpose.
	})
	if pool, err := postgres.Open(t.Context(), databaseURL); err == nil {
		pool.Close()
		t.Error("the database outlived its test")
	}
}
