package faults_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// what the site asks the database on behalf of a visitor. Whatever else passes the
// wire is the queue of messages, and asks whether there is anybody at all.
var visitorTables = []string{"sessions", "accounts", "used_links", "activity"}

// F23: floods of false signatures and of made-up cookies, beside honest visitors
// and without. None of a flood reaches the database.
func TestFloods_costNoQuery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	flood := sized(150.0, 400.0)
	honest := rates{looks: sized(40.0, 200.0)}
	bad := w.sum(t, "tgl_logins_total", `result="refused"`, `reason="bad_signature"`)

	alone := w.startLoad(t, honest)
	alone.goOn(sized(2*time.Second, 10*time.Second))
	alone.end()
	quiet := figuresOf(w.history.between(alone.begin, time.Now()))

	only := w.flood(t, rates{forged: flood, randoms: flood})
	if n := visitorQueries(only.asked, visitorTables...); n > 0 {
		t.Errorf("a flood from everywhere caused %d queries: %v", n, only.asked)
	}
	t.Logf("flood alone: %s: %d requests, %d queries", only.load, only.figures.requests, visitorQueries(only.asked, visitorTables...))

	beside := w.flood(t, rates{looks: honest.looks, forged: flood, randoms: flood})
	looks := figuresOf(kindsOf(beside.ops, look))
	found, noted := countOf(beside.asked, "FROM sessions s"), countOf(beside.asked, "UPDATE sessions")
	other := visitorQueries(beside.asked, visitorTables...) - found - noted
	// Who found no connection free in time was sent away before the question.
	if found > looks.requests || found < looks.requests-looks.count() || noted > looks.requests || other != 0 {
		t.Errorf("%d honest requests, %d questions for a session, %d notes that it was used, %d other queries for visitors",
			looks.requests, found, noted, other)
	}
	mustBeOnly(t, looks, done) // None.
	t.Logf("flood beside honest visitors: %s: %d honest requests, %d questions for their sessions, %d notes, %d other queries",
		beside.load, looks.requests, found, noted, other)
	t.Logf("honest p99: %s alone, %s beside the flood", round(quiet.p99), round(looks.p99))

	w.mustHold(t)
	w.mustHaveMoved(t, bad, "tgl_logins_total", `result="refused"`, `reason="bad_signature"`)
	report(t, "F23 floods, 0 queries; honest looks", beside.load, looks, "-")
}

// flooded is what a flood was, and what reached the database meanwhile.
type flooded struct {
	load    rates
	ops     []op
	figures figures
	asked   map[string]int
}

func (w *world) flood(t *testing.T, r rates) flooded {
	t.Helper()
	before := w.statements()
	l := w.startUnprimed(t, r)
	l.goOn(sized(2*time.Second, 20*time.Second))
	l.end()
	ops := w.history.between(l.begin, time.Now())
	return flooded{load: r, ops: ops, figures: figuresOf(ops), asked: since(before, w.statements())}
}

// statements is what has passed both wires so far.
func (w *world) statements() map[string]int {
	all := w.copies[0].wire.statements.snapshot()
	for text, n := range w.copies[1].wire.statements.snapshot() {
		all[text] += n
	}
	return all
}

// byItself are the marks of what runs without visitors: the queue of messages, and
// what removes old rows and passes over those that are in use.
var byItself = []string{"WITH fresh", "FROM messages m", "SKIP LOCKED"}

// visitorQueries counts statements that name a table of visitors' and do not run
// by themselves.
func visitorQueries(asked map[string]int, tables ...string) int {
	n := 0
	for text, count := range asked {
		named := func(table string) bool { return containsWord(text, table) }
		marked := func(mark string) bool { return strings.Contains(text, mark) }
		if slices.ContainsFunc(tables, named) && !slices.ContainsFunc(byItself, marked) {
			n += count
		}
	}
	return n
}

// F23 from one address: whoever only ever fails is soon told to wait, and that
// costs no query either.
func TestFlood_fromOneAddressIsToldToWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const attacker = "198.51.100.7"
	limitedBefore := w.sum(t, "tgl_rate_limited_total", `limit="login"`)
	before := w.statements()
	counts := make(map[outcome]int)
	begin := time.Now()
	for n := range sized(300, 3000) {
		forgery := signLink(w.secrets["bot token"], firstForged+int64(n), n, time.Now())
		counts[w.forge(forgery, attacker, time.Now()).outcome]++
	}
	asked := since(before, w.statements())
	if n := visitorQueries(asked, visitorTables...); n > 0 {
		t.Errorf("the flood caused %d queries: %v", n, asked)
	}
	if counts[limited] == 0 || counts[refused] == 0 || counts[limited]+counts[refused] != sized(300, 3000) {
		t.Errorf("outcomes: %v, want refused at first and limited then", counts)
	}
	if o := w.logIn(w.newLink(), "10.0.0.1", time.Now()); o.outcome != done {
		t.Errorf("somebody else, beside the flood: %s (%d)", o.outcome, o.status)
	}
	w.mustHold(t)
	w.mustHaveMoved(t, limitedBefore, "tgl_rate_limited_total", `limit="login"`)
	t.Logf("from one address: %v, %d queries", counts, visitorQueries(asked, visitorTables...))
	// The row is about the honest visitor: the others have got what they deserve.
	f := figuresOf(kindsOf(w.history.between(begin, time.Now()), login))
	report(t, fmt.Sprintf("F23 %d forged links from one address, %d told to wait", counts[refused]+counts[limited], counts[limited]), rates{}, f, "-")
}
