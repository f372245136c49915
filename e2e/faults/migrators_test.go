package faults_test

import (
	"context"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// F21: many copies start at once on an empty database, and some of them are killed
// in the middle of it. Whatever state that leaves, the next migration either
// finishes it or names the version that "site migrate force" is to be told.
func TestMigrators_manyAtOnceAndSomeKilledEndAtTheNewestSchema(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const migrators, kills = 10, 3
	c := chance("migrators")
	w.setWires(trouble{delay: 3 * time.Millisecond}) // Time to be killed in.
	w.database.create(t, "migrated")
	through := w.database.in(t, w.copies[0].wire.address(), "migrated")
	var all sync.WaitGroup
	for n := range migrators {
		wait := time.Duration(c.IntN(400)) * time.Millisecond
		all.Go(func() {
			ctx, kill := context.WithCancel(t.Context())
			defer kill()
			if n < kills {
				time.AfterFunc(wait, kill) // SIGKILL, says package exec.
			}
			output, err := siteMigrate(ctx, t, through)
			if err != nil && n >= kills && !strings.Contains(output, "dirty") {
				t.Errorf("a migrator that was not killed: %v\n%s", err, output)
			}
		})
	}
	all.Wait()
	w.setWires(trouble{})
	w.finishMigration(t, through)
	got, want := w.database.schema(t, "migrated"), w.database.schema(t, "postgres")
	if got != want {
		t.Errorf("after the kills the database has other columns than after a quiet migration:\n%s\nwant\n%s", got, want)
	}
	w.mustHold(t)
	report(t, "F21 migrators at once, some killed", rates{}, figures{}, "-")
}

// finishMigration does what an operator does: migrate, and if the database is
// dirty, say which version it is at: the one before, or, if that file had been
// applied to its end, that one.
func (w *world) finishMigration(t *testing.T, databaseURL string) {
	t.Helper()
	output, err := siteMigrate(t.Context(), t, databaseURL)
	if err == nil {
		t.Log("the next migration finished by itself")
		return
	}
	if !strings.Contains(output, "dirty") {
		t.Fatalf("after the kills: %v\n%s", err, output)
	}
	var version int
	conn, err := pgx.Connect(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if err := conn.QueryRow(t.Context(), `SELECT version FROM schema_migrations`).Scan(&version); err != nil {
		t.Fatal(err)
	}
	t.Logf("a kill left version %d dirty", version)
	for _, at := range []int{version - 1, version} {
		if output, err = siteMigrate(t.Context(), t, databaseURL, "force", strconv.Itoa(at)); err != nil {
			t.Fatalf("force %d: %v\n%s", at, err, output)
		}
		if output, err = siteMigrate(t.Context(), t, databaseURL); err == nil {
			return
		}
	}
	t.Errorf("no cure helps: %v\n%s", err, output)
}

func siteMigrate(ctx context.Context, t *testing.T, databaseURL string, more ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(ctx, built(t, "site"), append([]string{"migrate"}, more...)...)
	command.Env = []string{"DATABASE_URL=" + databaseURL}
	output, err := command.CombinedOutput()
	return string(output), err
}
