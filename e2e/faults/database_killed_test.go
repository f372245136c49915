package faults_test

import (
	"syscall"
	"testing"
	"time"
)

// F01 and F02: the database goes away in the middle of everything, in each of the
// ways it can. What it has acknowledged, it still knows.
func TestDatabase_goesAwayAndNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	for _, way := range []struct {
		fault  string
		signal syscall.Signal
		times  int
	}{
		{"F01 database killed", killed, sized(2, 5)},
		{"F01 database stopped at once", immediately, sized(1, 5)},
		{"F02 database restarted", fast, sized(1, 5)},
	} {
		t.Run(way.fault, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			failedBefore := w.sum(t, "tgl_refusals_total", `reason="unavailable"`)
			l := w.startLoad(t, usual())
			w.setWires(distance())
			l.goOn(time.Second)
			worst, away := time.Duration(0), time.Duration(0)
			for range way.times {
				ended := time.Now()
				w.database.end(t, way.signal)
				l.goOn(300 * time.Millisecond) // So that somebody comes meanwhile, however quick the machine is.
				w.database.start(t)
				healed := time.Now()
				l.goOn(sized(3*time.Second, 8*time.Second))
				f := figuresOf(w.history.between(ended, time.Now()))
				worst, away = max(worst, f.recovery(healed)), max(away, healed.Sub(ended))
			}
			l.end()
			w.setWires(trouble{})
			f := figuresOf(w.history.between(l.begin, time.Now()))
			w.mustHold(t)
			w.mustHaveMoved(t, failedBefore, "tgl_refusals_total", `reason="unavailable"`)
			mustRecover(t, worst)
			mustSayUnavailable(t, f)
			t.Logf("the database was away for %s at the most", round(away))
			report(t, way.fault, l.chosen, f, round(worst).String())
		})
	}
}

// distance keeps each request on its way for a while, so that a kill comes in the
// middle of some. It is short where many come: one copy alone must carry them all.
func distance() trouble {
	return sized(trouble{delay: 10 * time.Millisecond, jitter: 20 * time.Millisecond},
		trouble{delay: time.Millisecond, jitter: 2 * time.Millisecond})
}

// F03: connections are ended by the database, again and again, as a failover or
// an operator does.
func TestDatabase_endsConnectionsAgainAndAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	times := sized(8, 40)
	conn := w.database.connect(t)
	l := w.startLoad(t, usual())
	cut := 0
	for range times {
		l.goOn(500 * time.Millisecond)
		var n int
		if err := conn.QueryRow(t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE application_name = 'telegram-login'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		cut += n
	}
	healed := time.Now()
	l.goOn(2 * time.Second)
	l.end()
	f := figuresOf(w.history.between(l.begin, time.Now()))
	w.mustHold(t)
	mustBeOnly(t, f, unavailable)
	mustRecover(t, f.recovery(healed))
	if cut == 0 || f.count() > cut {
		t.Errorf("%d connections were ended, and %d requests failed", cut, f.count())
	}
	t.Logf("%d connections ended; %.1f %% of the requests failed", cut, 100*float64(f.count())/float64(f.requests))
	report(t, "F03 connections ended", l.chosen, f, round(f.recovery(healed)).String())
}

// mustRecover allows much more than the site takes: the machine may be busy.
func mustRecover(t *testing.T, took time.Duration) {
	t.Helper()
	if took > 15*time.Second {
		t.Errorf("visitors were turned away for %s after the fault had ended", took)
	}
}

// mustSayUnavailable: while the database is away, each answer is an honest 503 by
// the site, and no connection breaks.
func mustSayUnavailable(t *testing.T, f figures) {
	t.Helper()
	if f.count() != f.failed[unavailable] {
		t.Errorf("beside 503 there was: %s", f.errors())
	}
	if f.failed[unavailable] == 0 {
		t.Error("nobody was turned away: there was no fault")
	}
}
