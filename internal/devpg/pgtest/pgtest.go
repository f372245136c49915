package pgtest

import (
	"context"
	"crypto/rand"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/postgres"
)

const (
	// poolSize is small, because many tests run at once, and more than one, so that
	// a test can race.
	poolSize = 8
	// patience is for machines that are busy with other tests: the site would
	// rather answer that the database is busy.
	patience = time.Minute
)

// New returns a pool on a fresh, migrated database. After the test the pool is
// closed and the database dropped; after a failed test the database is kept and
// its name logged. A machine without PostgreSQL fails the test: a test that
// skips proves nothing.
func New(tb testing.TB) *pgxpool.Pool {
	tb.Helper()
	databaseURL := withParameters(URL(tb),
		"pool_max_conns", strconv.Itoa(poolSize), "pool_acquire_timeout", patience.String())
	pool, err := postgres.Open(tb.Context(), databaseURL)
	if err != nil {
		tb.Fatalf("opening the database of this test: %v", err)
	}
	tb.Cleanup(pool.Close) // Runs before the drop, which URL registered first.
	return pool
}

// URL is like [New], for tests that hand the address to a process. Whoever is
// still connected after the test is cut off.
func URL(tb testing.TB) string {
	tb.Helper()
	return newDatabase(tb, (*template).clone)
}

// Empty is like [URL], but nothing is migrated: it is for tests of the migrations
// and of the commands that apply them.
func Empty(tb testing.TB) string {
	tb.Helper()
	return newDatabase(tb, (*template).createEmpty)
}

func newDatabase(tb testing.TB, create func(*template, context.Context, string) error) string {
	tb.Helper()
	databases, err := sharedTemplate()
	if err != nil {
		tb.Fatalf("preparing a database for this test: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text()[:16])
	if err := create(databases, tb.Context(), name); err != nil {
		tb.Fatalf("preparing a database for this test: %v", err)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("the database of this test was kept: %s in %s", name, databases.server.place)
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), time.Minute)
		defer cancel()
		if err := databases.drop(ctx, name); err != nil {
			tb.Errorf("removing the database of this test: %v", err)
		}
	})
	return databases.server.database(name)
}

// sharedTemplate is made once for all tests of a process.
var sharedTemplate = sync.OnceValues(func() (*template, error) {
	// The tests that wait for it share it, so it must not end with one of them.
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	admin, err := findServer(ctx)
	if err != nil {
		return nil, err
	}
	return newTemplate(ctx, admin)
})
