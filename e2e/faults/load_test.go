package faults_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// rates is how many visitors come in a second.
type rates struct {
	logins, looks, logouts, forged, randoms, updates float64
}

// String is the load for people.
func (r rates) String() string {
	var parts []string
	for _, p := range []struct {
		rate float64
		what string
	}{
		{r.logins, "logins"},
		{r.looks, "looks"},
		{r.logouts, "logouts"},
		{r.forged, "forged"},
		{r.randoms, "cookies"},
		{r.updates, "updates"},
	} {
		if p.rate > 0 {
			parts = append(parts, fmt.Sprintf("%g %s", p.rate, p.what))
		}
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, " + ") + " /s"
}

// usual is the load of most faults.
func usual() rates {
	return sized(
		rates{logins: 10, looks: 50, logouts: 2, forged: 2, randoms: 2, updates: 3},
		rates{logins: 50, looks: 500, logouts: 10, forged: 10, randoms: 10, updates: 10},
	)
}

// load is visitors who come when they come, however slow the site is: the model
// is open, and nobody waits for the one before.
type load struct {
	w       *world
	chosen  rates
	begin   time.Time
	stop    chan struct{}
	sources sync.WaitGroup
	visits  sync.WaitGroup
}

// signInSome makes the sessions that a load looks at.
func (w *world) signInSome(t *testing.T, n int) {
	t.Helper()
	var all sync.WaitGroup
	lanes := make(chan struct{}, 8)
	for range n {
		lanes <- struct{}{}
		all.Go(func() {
			defer func() { <-lanes }()
			if o := w.logIn(w.newLink(), anyClient(chance("first")), time.Now()); o.outcome != done {
				t.Errorf("a login without any fault: %s (%d)", o.outcome, o.status)
			}
		})
	}
	all.Wait()
}

// startLoad lets visitors come until end is called; some have signed in before.
func (w *world) startLoad(t *testing.T, r rates) *load {
	t.Helper()
	w.signInSome(t, 50)
	return w.startUnprimed(t, r)
}

// startUnprimed is startLoad with whoever is signed in already.
func (w *world) startUnprimed(t *testing.T, r rates) *load {
	t.Helper()
	l := &load{w: w, chosen: r, begin: time.Now(), stop: make(chan struct{})}
	l.come("logins", r.logins, l.someoneLogsIn)
	l.come("looks", r.looks, l.someoneLooks)
	l.come("logouts", r.logouts, l.someoneLogsOut)
	l.come("forged", r.forged, func(c *rand.Rand, due time.Time) func() {
		forgery, client := signLink(w.secrets["bot token"], firstForged+c.Int64N(1e6), c.IntN(1e9), time.Now()), anyClient(c)
		return func() { w.forge(forgery, client, due) }
	})
	l.come("randoms", r.randoms, func(c *rand.Rand, due time.Time) func() {
		client := anyClient(c)
		return func() { w.guess(client, due) }
	})
	l.come("updates", r.updates, func(c *rand.Rand, due time.Time) func() {
		u, client := w.newUpdate(c.IntN(3) > 0), anyClient(c)
		return func() { w.bring(u, client, due) }
	})
	t.Cleanup(l.end)
	return l
}

// come makes visitors come at random moments, so many in a second on average.
func (l *load) come(what string, rate float64, choose func(*rand.Rand, time.Time) func()) {
	if rate == 0 {
		return
	}
	c := chance(what)
	l.sources.Go(func() {
		for due := l.begin; ; {
			due = due.Add(time.Duration(c.ExpFloat64() / rate * float64(time.Second)))
			select {
			case <-l.stop:
				return
			case <-time.After(time.Until(due)):
			}
			if visit := choose(c, due); visit != nil {
				l.visits.Go(visit)
			}
		}
	})
}

// someoneLogsIn opens a new link; every eighth one twice at the same time.
func (l *load) someoneLogsIn(c *rand.Rand, due time.Time) func() {
	link, client, twice := l.w.newLink(), anyClient(c), c.IntN(8) == 0
	return func() {
		if twice {
			l.visits.Go(func() { l.w.logIn(link, client, due) })
		}
		l.w.logIn(link, client, due)
	}
}

// someoneLooks is signed in, or was: every twentieth session has been ended.
func (l *load) someoneLooks(c *rand.Rand, due time.Time) func() {
	n, client := c.IntN(1e9), anyClient(c)
	s := l.w.history.someSession(n)
	if c.IntN(20) == 0 {
		if ended := l.w.history.someEnded(n); ended != nil {
			s = ended
		}
	}
	if s == nil {
		return nil
	}
	return func() { l.w.look(s, client, due) }
}

func (l *load) someoneLogsOut(c *rand.Rand, due time.Time) func() {
	s, client := l.w.history.toEnd(c.IntN(1e9), time.Now()), anyClient(c)
	if s == nil {
		return nil
	}
	return func() { l.w.logOut(s, client, due) }
}

// goOn lets the load go on for a while: it is what the test is about.
func (l *load) goOn(d time.Duration) { <-time.After(d) }

// end lets nobody come any more, and returns when everybody has an answer.
func (l *load) end() {
	select {
	case <-l.stop:
	default:
		close(l.stop)
	}
	l.sources.Wait()
	l.visits.Wait()
}

// newLink is signed now, for somebody who has opened one link before at the most.
func (w *world) newLink() link {
	n := w.history.nextLink()
	return signLink(w.secrets["bot token"], firstPerson+int64(n/2), n, time.Now())
}

// anyClient is the address of one of very many visitors.
func anyClient(c *rand.Rand) string {
	return fmt.Sprintf("10.%d.%d.%d", c.IntN(200), c.IntN(256), c.IntN(256))
}
