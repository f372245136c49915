package faults_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"
)

// mustHold checks, once the fault is over and everybody has an answer, that
// nothing was lost and nobody was let in. Each problem fails the test.
func (w *world) mustHold(t *testing.T) {
	t.Helper()
	w.awaitReady(t)
	w.everybodyLooks(t)
	problems := append(w.history.check(), w.checkLedger(t)...)
	for _, problem := range problems {
		t.Error(problem)
	}
	for _, c := range w.copies {
		for _, name := range w.secrets.in(c.metricsText(t)) {
			t.Errorf("I10: the metrics of %s show the %s", c.name, name)
		}
	}
}

// everybodyLooks asks for every session that was ever given: those that nobody
// has ended must show their owner (I3, I6), and the others nobody (I4). What was
// seen goes into the history, which is checked next.
func (w *world) everybodyLooks(t *testing.T) {
	t.Helper()
	var all sync.WaitGroup
	lanes := make(chan struct{}, 8)
	for i, s := range w.history.everybody() {
		lanes <- struct{}{}
		all.Go(func() {
			defer func() { <-lanes }()
			if o := w.look(s, fmt.Sprintf("10.201.%d.%d", i>>8&255, i&255), time.Now()); o.failed() {
				t.Errorf("I3: a session cannot be asked for after the fault: %s (%d)", o.outcome, o.status)
			}
		})
	}
	all.Wait()
}

// check goes through all that visitors did, and returns what must not be.
func (h *history) check() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var problems []string
	for _, text := range slices.Sorted(maps.Keys(h.problems)) {
		problems = append(problems, fmt.Sprintf("%s (%d times)", text, h.problems[text]))
	}
	given := make(map[string]int) // Sessions by link.
	bySession := make(map[*session][]op)
	for _, o := range h.ops {
		switch {
		case o.kind == login && o.outcome == done:
			given[o.link]++
		case o.kind == look, o.kind == logout:
			bySession[o.session] = append(bySession[o.session], o)
		}
	}
	for _, n := range given {
		if n > 1 {
			problems = append(problems, fmt.Sprintf("I2: one link gave %d sessions", n))
		}
	}
	for s, ops := range bySession {
		problems = append(problems, checkSession(s, ops)...)
	}
	return problems
}

// checkSession treats a session as a register that is written once: it is alive,
// until somebody ends it. Each answer must fit some moment between question and
// answer, and no answer may go back behind one that was complete before it was
// asked for: linearizability, which for such a register is two comparisons.
func checkSession(s *session, ops []op) []string {
	var problems []string
	var over time.Time // By then the session had ended for sure.
	overBy := func(at time.Time) {
		if over.IsZero() || at.Before(over) {
			over = at
		}
	}
	for _, o := range ops {
		switch {
		case o.kind == logout && o.outcome == done:
			overBy(o.end)
		case o.outcome == signedOut:
			overBy(o.end)
			if s.endingAt.IsZero() || s.endingAt.After(o.end) {
				problems = append(problems, "I3: an acknowledged login is gone, and nobody has ended it")
			}
		}
	}
	for _, o := range ops {
		if o.kind != look || o.outcome != done {
			continue
		}
		if o.person != s.person {
			problems = append(problems, fmt.Sprintf("I6: a cookie of %d shows the account of %d", s.person, o.person))
		}
		if !over.IsZero() && o.start.After(over) {
			problems = append(problems, fmt.Sprintf("I4: a session was used %s after it had ended", o.start.Sub(over)))
		}
	}
	return problems
}
