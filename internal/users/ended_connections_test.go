package users_test

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
	"example.com/telegram-login/internal/users"
)

// openAsSite opens the database as the site does, and not as patient tests do.
func openAsSite(t *testing.T, databaseURL string) (*users.Store, *pgxpool.Pool) {
	t.Helper()
	pool, err := postgres.Open(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return users.NewStore(pool), pool
}

// endConnections ends every connection to this database but those of whoever asks for it.
const endConnections = `
SELECT count(pg_terminate_backend(pid))
FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'telegram-login'`

// F03: somebody ends all connections, twice a second, while visitors come and
// people sign in. Open loop: who waits does not hold up who comes after.
func TestStore_connectionsThatAreEndedCostHardlyAnything(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	store, _ := openAsSite(t, databaseURL)
	_, behind := openAsSite(t, databaseURL+"&application_name=nemesis&pool_max_conns=1")
	visitor := link(42, "visitor")
	signIn(t, store, visitor)

	const perSecond, ends = 300, 10
	var visits, lostVisits, signIns, lostSignIns atomic.Int64
	var wg sync.WaitGroup
	tick := time.NewTicker(time.Second / perSecond)
	defer tick.Stop()
	for i := range perSecond * ends / 2 {
		<-tick.C
		if i%(perSecond/2) == perSecond/4 {
			wg.Go(func() { exec(t, behind, endConnections) })
		}
		wg.Go(func() {
			visits.Add(1)
			if _, err := find(t.Context(), store, visitor); err != nil {
				lostVisits.Add(1)
			}
		})
		if i%10 == 0 {
			wg.Go(func() {
				signIns.Add(1)
				_, err := store.SignIn(t.Context(), link(int64(1000+i), strconv.Itoa(i)))
				if err != nil {
					lostSignIns.Add(1)
				}
				if err != nil && !errors.Is(err, users.ErrUnavailable) {
					t.Errorf("SignIn = %v, want ErrUnavailable", err)
				}
			})
		}
	}
	wg.Wait()
	t.Logf("%d of %d visits and %d of %d sign-ins failed", lostVisits.Load(), visits.Load(), lostSignIns.Load(), signIns.Load())
	if lostVisits.Load()*100 > visits.Load() {
		t.Errorf("%d of %d visits failed, want less than 1 %%", lostVisits.Load(), visits.Load())
	}
}
