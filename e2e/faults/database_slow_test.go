package faults_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// answerBudget is how long a visitor waits at the most: three seconds for the
// database, says the site; the rest is for a machine that is busy.
const answerBudget = 8 * time.Second

// F05: the database is far away, and the way to it uneven.
func TestDatabase_slowIsWaitedForOnlySoLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := sized(rates{logins: 5, looks: 25, logouts: 1}, rates{logins: 20, looks: 180, logouts: 5})
	before := w.warm(t)
	l := w.startLoad(t, r)
	for _, delay := range []time.Duration{50 * time.Millisecond, 200 * time.Millisecond, time.Second} {
		began := time.Now()
		w.setWires(trouble{delay: delay, jitter: delay / 5})
		l.goOn(sized(2*time.Second, 10*time.Second))
		w.setWires(trouble{})
		healed := time.Now()
		l.goOn(sized(2*time.Second, 5*time.Second))
		f := figuresOf(w.history.between(began, healed))
		mustAnswerInTime(t, f)
		mustBeOnly(t, f, unavailable)
		mustRecover(t, figuresOf(w.history.between(healed, time.Now())).recovery(healed))
		report(t, fmt.Sprintf("F05 database %s away", delay), r, f, "-")
	}
	l.end()
	w.mustHold(t)
	w.mustComeDown(t, before)
}

// F06: packets to the database vanish, and nobody is told.
func TestDatabase_inABlackHoleIsAnsweredWithoutAndFoundAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := sized(rates{logins: 5, looks: 40, logouts: 1}, rates{logins: 20, looks: 180, logouts: 5})
	refusals := w.sum(t, "tgl_refusals_total", `reason="unavailable"`)
	before := w.warm(t)
	l := w.startLoad(t, r)
	l.goOn(time.Second)
	began := time.Now()
	w.setWires(trouble{hold: true})
	l.goOn(sized(5*time.Second, 15*time.Second))
	w.setWires(trouble{})
	healed := time.Now()
	l.goOn(5 * time.Second)
	l.end()
	f := figuresOf(w.history.between(began, time.Now()))
	w.mustHold(t)
	mustAnswerInTime(t, f)
	mustSayUnavailable(t, f)
	mustRecover(t, f.recovery(healed))
	w.mustHaveMoved(t, refusals, "tgl_refusals_total", `reason="unavailable"`)
	w.mustComeDown(t, before)
	report(t, "F06 black hole", r, f, round(f.recovery(healed)).String())
}

// F04: every connection of the pool waits for a lock that somebody holds.
func TestDatabase_allConnectionsBusyIsSaidSoAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := sized(rates{looks: 60}, rates{looks: 500})
	l := w.startLoad(t, r)
	conn := w.database.connect(t)
	l.goOn(time.Second)
	began := time.Now()
	if _, err := conn.Exec(t.Context(), "BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	l.goOn(sized(3*time.Second, 10*time.Second))
	for _, c := range w.copies {
		if status := statusOf(t, "http://"+c.address+"/livez"); status != http.StatusOK {
			t.Errorf("/livez of %s answers %d: a restart would not help", c.name, status)
		}
	}
	if _, err := conn.Exec(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	healed := time.Now()
	l.goOn(3 * time.Second)
	l.end()
	f := figuresOf(w.history.between(began, time.Now()))
	w.mustHold(t)
	mustAnswerInTime(t, f)
	mustSayUnavailable(t, f)
	mustRecover(t, f.recovery(healed))
	report(t, "F04 pool exhausted", r, f, round(f.recovery(healed)).String())
}

func statusOf(t *testing.T, address string) int {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer response.Body.Close()
	return response.StatusCode
}

func mustAnswerInTime(t *testing.T, f figures) {
	t.Helper()
	if f.slowest > answerBudget {
		t.Errorf("somebody waited %s for an answer", f.slowest)
	}
}

// mustBeOnly allows one kind of failure, or none at all.
func mustBeOnly(t *testing.T, f figures, allowed outcome) {
	t.Helper()
	if f.count() != f.failed[allowed] {
		t.Errorf("beside %s there was: %s", allowed, f.errors())
	}
}
