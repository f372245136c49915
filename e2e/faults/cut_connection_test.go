package faults_test

import (
	"sync"
	"testing"
	"time"
)

// F07: connections to the database break in the middle of whatever they carry. A
// login whose answer got lost may have happened: then its link is used up, and its
// visitor starts again. It never gives two sessions.
func TestDatabase_connectionCutAnywhereGivesNoSecondSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// The short tier looks where the answer to a login lies.
	first, last, logins := sized(400, 0), sized(900, 2000), sized(10, 50)
	begin := time.Now()
	for after := first; after <= last; after += 50 {
		w.signInSome(t, 32) // Prepares the statements of new connections: a login is then some hundred bytes.
		armed := time.Now()
		w.setWires(trouble{cut: true, cutAfter: after})
		w.logInTogether(logins)
		w.setWires(trouble{})
		w.awaitReady(t)
		f := figuresOf(w.history.between(armed, time.Now()))
		t.Logf("after %d bytes: %d of %d failed", after, f.count(), f.requests)
	}
	f := figuresOf(w.history.between(begin, time.Now()))
	w.mustHold(t)
	mustBeOnly(t, f, unavailable)
	if f.count() == 0 || f.count() == f.requests {
		t.Errorf("of %d logins %d failed: there must be some of each", f.requests, f.count())
	}
	if w.unseen == 0 {
		t.Error("no cut came between a login and its answer: the test did not look where it matters")
	}
	report(t, "F07 connections cut", rates{logins: float64(logins)}, f, "-")
}

// logInTogether opens so many new links at once, and those that failed once more:
// what a visitor does who got no answer.
func (w *world) logInTogether(n int) {
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			l, client := w.newLink(), anyClient(chance("cut"))
			if o := w.logIn(l, client, time.Now()); o.failed() {
				w.logIn(l, client, time.Now())
			}
		})
	}
	all.Wait()
}
