package faults_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// F16 and F17: Telegram brings updates in any order, several times and to both
// copies, and goes on while the database is away. Each counts once, and the newest
// by Telegram's time decides (I9).
func TestUpdates_eachCountsOnceInWhateverOrderAndWhateverIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := chance("updates")
	updates := w.aboutFewPeople(c, sized(200, 5000))
	begin := time.Now()
	w.bringAll(twisted(c, updates))
	storm := figuresOf(w.history.between(begin, time.Now()))
	mustBeOnly(t, storm, unavailable)
	report(t, "F16 updates repeated and shuffled", rates{}, storm, "-")

	applied := w.sum(t, "tgl_updates_total", `result="applied"`)
	turnedAway := w.sum(t, "tgl_updates_total", `result="failed"`)
	more := w.aboutFewPeople(c, sized(50, 500))
	w.setWires(trouble{down: true})
	down := time.Now()
	w.bringAll(more)
	f := figuresOf(w.history.between(down, time.Now()))
	if f.failed[unavailable] != len(more) {
		t.Errorf("of %d updates while the database was away: %s", len(more), f.errors())
	}
	w.setWires(trouble{})
	w.awaitReady(t)
	for i, u := range more { // As Telegram does: until it is acknowledged.
		for w.bring(u, anyClient(c), time.Now()).outcome == unavailable {
			t.Logf("update %d once more", i)
		}
	}
	w.mustHold(t)
	w.mustHaveMoved(t, applied, "tgl_updates_total", `result="applied"`)
	w.mustHaveMoved(t, turnedAway, "tgl_updates_total", `result="failed"`)
	w.mustKnowTheNewest(t, append(updates, more...))
	report(t, "F17 updates while the database is away", rates{}, f, "-")
}

// aboutFewPeople makes many updates about few people, a second apart.
func (w *world) aboutFewPeople(c *rand.Rand, n int) []botUpdate {
	var updates []botUpdate
	for range n {
		u := w.newUpdate(c.IntN(2) == 0)
		u.person = firstStranger + c.Int64N(20)
		u.at = time.Now().Add(time.Duration(u.number)*time.Second - 24*time.Hour)
		updates = append(updates, u)
	}
	return updates
}

// twisted repeats each up to three times, and brings them in another order.
func twisted(c *rand.Rand, updates []botUpdate) []botUpdate {
	var all []botUpdate
	for _, u := range updates {
		for range 1 + c.IntN(3) {
			all = append(all, u)
		}
	}
	c.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// bringAll uses as many connections as Telegram does by itself.
func (w *world) bringAll(updates []botUpdate) {
	var all sync.WaitGroup
	connections := make(chan struct{}, 40)
	for _, u := range updates {
		connections <- struct{}{}
		all.Go(func() {
			defer func() { <-connections }()
			w.bring(u, "149.154.167.220", time.Now())
		})
	}
	all.Wait()
}

// mustKnowTheNewest compares what the database knows of each person with the
// newest update.
func (w *world) mustKnowTheNewest(t *testing.T, updates []botUpdate) {
	t.Helper()
	newest := make(map[int64]botUpdate)
	for _, u := range updates {
		if u.at.After(newest[u.person].at) {
			newest[u.person] = u
		}
	}
	conn := w.database.connect(t)
	for person, u := range newest {
		var state string
		if err := conn.QueryRow(t.Context(), `SELECT state FROM write_access_events WHERE telegram_id = $1
			ORDER BY happened_at DESC, id DESC LIMIT 1`, person).Scan(&state); err != nil {
			t.Fatal(err)
		}
		if allowed := state == "allowed"; allowed != u.allowed {
			t.Errorf("I9: %d is noted as %s, and the newest update says allowed: %t", person, state, u.allowed)
		}
	}
}
