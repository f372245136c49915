package users_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/telegram-login/internal/users"
)

// storm says how updates get from a bot's day to us.
type storm struct {
	seed uint64
	span time.Duration // How long the story takes.
	// resent is how many places later an update comes whose every delivery got
	// lost. Telegram tries for a day.
	resent int
	// forgets is whether the story is long enough for repetitions to be forgotten.
	forgets bool
}

const (
	stormUpdates = 10_000
	stormPeople  = 300
	shuffled     = 200 // How many places an update may come too early or too late.
)

// Telegram repeats updates, and copies of the site take them from it and write
// them in any order. Whatever happens on the way, each person's write access is
// what it would be if each update had come once and in order.
func TestApplyUpdate_stormOfUpdatesEndsAsIfEachHadComeOnceAndInOrder(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, s := range []storm{
		{seed: 1, span: 20 * time.Hour, resent: stormUpdates},
		{seed: 2, span: 10 * time.Minute, resent: stormUpdates}, // Many of one second.
		{seed: 3, span: 30 * day, resent: 300, forgets: true},
	} {
		t.Run(fmt.Sprint("seed ", s.seed), func(t *testing.T) {
			t.Parallel()
			runStorm(t, s)
		})
	}
}

func runStorm(t *testing.T, s storm) {
	t.Helper()
	store, db := newStore(t)
	r := rand.New(rand.NewPCG(s.seed, 0))
	updates := story(r, s.span)
	deliveries := s.deliveries(r, updates)

	stores := []*users.Store{store, anotherCopy(t, db)}
	next := make(chan users.Update)
	var acted atomic.Int64
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for u := range next {
				isNew, err := stores[i%2].ApplyUpdate(t.Context(), u, nil)
				if err != nil {
					t.Errorf("ApplyUpdate = %v", err)
				}
				if isNew {
					acted.Add(1)
				}
			}
		})
	}
	for _, u := range deliveries {
		next <- u
	}
	close(next)
	wg.Wait()

	wrong := 0
	for person, want := range inOrder(updates) {
		got, err := store.WriteAccess(t.Context(), botID, person)
		if err != nil || !sameAccess(got, want) {
			wrong++
			t.Errorf("person %d: WriteAccess = %+v, %v, want %+v", person, got, err, want)
		}
	}
	kept := count(t, db, "write_access_events")
	t.Logf("seed %d: %d updates of %d people over %v, %d deliveries, %d acted on, %d events kept, %d people wrong",
		s.seed, len(updates), stormPeople, s.span, len(deliveries), acted.Load(), kept, wrong)
	if acted.Load() != stormUpdates {
		t.Errorf("%d updates acted, want each once", acted.Load())
	}
	if forgot := kept < stormUpdates; forgot != s.forgets {
		t.Errorf("%d events are kept of %d", kept, stormUpdates)
	}
}

// story is what people do, in order. Nobody who blocked the bot writes to it,
// and much happens within the same second, to one person too.
func story(r *rand.Rand, span time.Duration) []users.Update {
	pause := int(span/time.Second) / stormUpdates // On average; zero is for several in a second.
	blocked := map[int64]bool{}
	at, id, person := noon, int64(700_000), int64(1)
	updates := make([]users.Update, 0, stormUpdates)
	for range stormUpdates {
		if again := r.IntN(3) == 0; !again {
			person = 1 + r.Int64N(stormPeople)
		}
		if r.IntN(2) == 0 {
			at = at.Add(time.Duration(r.IntN(4*pause+2)) * time.Second)
		}
		id += 1 + r.Int64N(3) // The others say nothing about anybody.
		u := wroteToBot(person, id, at)
		switch n := r.IntN(20); {
		case blocked[person]:
			u.WriteAccess.Source = users.FromMyChatMember // Comes back.
			blocked[person] = false
		case n < 5:
			u.WriteAccess.Source, u.WriteAccess.State = users.FromMyChatMember, users.WriteAccessBlocked
			blocked[person] = true
		case n < 8:
			u.WriteAccess.Source = users.FromConnectedWebsite
		case n < 10:
			u.WriteAccess.Source = users.FromWriteAccessAllowed
		}
		updates = append(updates, u)
	}
	return updates
}

// deliveries is what reaches us, in order of arrival: each update one to five
// times, some of them only when it is resent.
func (s storm) deliveries(r *rand.Rand, updates []users.Update) []users.Update {
	type arrival struct {
		place  int
		update users.Update
	}
	arrivals := make([]arrival, 0, 2*len(updates))
	for i, u := range updates {
		place := i
		if lost := r.IntN(20) == 0; lost {
			place = min(i+s.resent, len(updates)) + shuffled
		}
		for range 1 + min(r.IntN(5), r.IntN(5)) {
			arrivals = append(arrivals, arrival{place + r.IntN(2*shuffled+1) - shuffled, u})
		}
	}
	slices.SortStableFunc(arrivals, func(a, b arrival) int { return cmp.Compare(a.place, b.place) })

	all := make([]users.Update, 0, len(arrivals))
	for _, a := range arrivals {
		// By then, the story is at this place.
		if now := updates[min(max(a.place, 0), len(updates)-1)].At; now.After(a.update.At) {
			a.update.At = now
		}
		all = append(all, a.update)
	}
	return all
}

// inOrder is what each person's write access comes to, told once and in order.
func inOrder(updates []users.Update) map[int64]users.WriteAccess {
	people := map[int64]users.WriteAccess{}
	for _, u := range updates {
		e := u.WriteAccess
		known := people[e.TelegramID]
		permission := isPermission(e.Source) && !isPermission(known.Source)
		if known.State != e.State || permission {
			people[e.TelegramID] = users.WriteAccess{State: e.State, Source: e.Source, Since: e.HappenedAt}
		}
	}
	return people
}

// isPermission reports whether a person said in as many words that the bot may
// write.
func isPermission(source users.WriteAccessSource) bool {
	return source == users.FromConnectedWebsite || source == users.FromWriteAccessAllowed
}
