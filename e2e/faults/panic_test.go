package faults_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// F25: something panics, in a handler, in what is around all handlers, in the
// background and in a job of the queue. The visitor gets a page that says nothing
// of it, the log has it once, and the copy lives on.
func TestPanic_isAnsweredCountedAndSurvived(t *testing.T) {
	t.Parallel()
	w := newWorldWithFaultClocks(t)
	c := w.copies[0]
	begin := time.Now()
	for _, place := range []struct {
		name, function string
		provoke        func()
	}{
		{"a handler", "startLogin", func() { w.mustAnswer500(t, c, "/login") }},
		{"what asks for the session", "Peek", func() { w.mustAnswer500(t, c, "/account") }},
		{"the outermost middleware", "logRequest", func() { // Whoever comes first meets it: maybe the balancer.
			w.askCopy(c, visit{method: http.MethodGet, path: "/privacy", client: "10.0.0.1"})
		}},
	} {
		before, logged := c.metrics(t).sum("tgl_panics_total"), c.log.len()
		c.panicIn(t, place.function)
		place.provoke()
		await(t, "a panic in "+place.name+" to be logged", func() bool {
			text, _ := c.log.from(logged)
			return strings.Contains(text, "a fault on purpose")
		})
		text, _ := c.log.from(logged)
		if n := strings.Count(text, "a fault on purpose"); n != 1 {
			t.Errorf("a panic in %s was logged %d times", place.name, n)
		}
		if after := c.metrics(t).sum("tgl_panics_total"); after != before+1 {
			t.Errorf("I15: a panic in %s moved tgl_panics_total from %g to %g", place.name, before, after)
		}
	}
	w.mustSurviveInTheBackground(t, c)
	w.mustSurviveInTheQueue(t)
	w.mustHold(t)
	f := figuresOf(w.history.between(begin, time.Now()))
	report(t, "F25 panics", rates{}, f, "-")
}

func (w *world) mustAnswer500(t *testing.T, c *siteCopy, path string) {
	t.Helper()
	// Signed in, so that there is a secret to show.
	o := w.logIn(w.newLink(), "10.0.0.1", time.Now())
	if o.outcome != done {
		t.Fatalf("signing in: %s (%d)", o.outcome, o.status)
	}
	a := w.askCopy(c, visit{method: http.MethodGet, path: path, cookie: o.session.cookie, client: "10.0.0.1"})
	if a.status != http.StatusInternalServerError || strings.Contains(a.page, "on purpose") || strings.Contains(a.page, "goroutine") {
		t.Errorf("GET %s with a panic: %d\n%s", path, a.status, a.page)
	}
}

// mustSurviveInTheBackground starts a copy whose first look for expired rows
// panics.
func (w *world) mustSurviveInTheBackground(t *testing.T, c *siteCopy) {
	t.Helper()
	env := c.env
	c.env = append(c.env, "FAULT_PANIC_IN=everySoOften")
	c.restart(t)
	c.env = env
	await(t, "a panic in the background to be counted", func() bool { return c.metrics(t).sum("tgl_panics_total") == 1 })
	w.awaitReady(t)
}

// mustSurviveInTheQueue lets the job that sends a welcome panic, in whichever copy
// takes it up.
func (w *world) mustSurviveInTheQueue(t *testing.T) {
	t.Helper()
	before := w.sum(t, "tgl_panics_total")
	var logged [2]int
	for i, c := range w.copies {
		logged[i] = c.log.len()
		c.panicIn(t, "mayLeave")
	}
	l, allowed := w.newLink(), w.newUpdate(true)
	allowed.person = l.person
	if o := w.bring(allowed, "149.154.167.220", time.Now()); o.outcome != done {
		t.Errorf("bringing an update: %s (%d)", o.outcome, o.status)
	}
	if o := w.logIn(l, "10.0.0.9", time.Now()); o.outcome != done {
		t.Errorf("signing in: %s (%d)", o.outcome, o.status)
	}
	await(t, "a panic in the queue to be logged", func() bool {
		first, _ := w.copies[0].log.from(logged[0])
		second, _ := w.copies[1].log.from(logged[1])
		return strings.Contains(first+second, "a fault on purpose")
	})
	w.mustHaveMoved(t, before, "tgl_panics_total")
}
