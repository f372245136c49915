package faults_test

import (
	"slices"
	"sync"
	"time"
)

// kind is what a visitor did.
type kind string

const (
	login  kind = "login"         // Opened a signed link.
	look   kind = "look"          // Asked for the account page with a session.
	logout kind = "logout"        // Ended the session.
	forged kind = "forged link"   // Opened a link that Telegram has not signed.
	random kind = "random cookie" // Asked for the account page with a made-up cookie.
	update kind = "update"        // Was Telegram, and brought an update.
)

// outcome is what came of it.
type outcome string

const (
	done        outcome = "done"
	used        outcome = "link used"   // Also the answer to who asks again after an answer got lost.
	signedOut   outcome = "signed out"  // Led to the login page.
	refused     outcome = "refused"     // What has to happen to a forgery.
	limited     outcome = "limited"     // 429.
	unavailable outcome = "unavailable" // 503, by the site.
	noAnswer    outcome = "no answer"   // The connection broke.
	wrong       outcome = "wrong"       // What must never be.
)

// op is one thing that one visitor did.
type op struct {
	kind    kind
	person  int64    // Who the site named, for a look.
	link    string   // The link's hash, for a login.
	session *session // Whose it is: for a look or logout, or what a login gave.
	due     time.Time
	start   time.Time
	end     time.Time
	status  int
	outcome outcome
}

// failed reports whether an honest visitor did not get what they came for.
func (o op) failed() bool {
	return o.outcome == unavailable || o.outcome == noAnswer || o.outcome == wrong || o.outcome == limited
}

// latency counts from when the visitor came, not from when we got round to it.
func (o op) latency() time.Duration { return o.end.Sub(o.due) }

// session is what an acknowledged login gave a browser.
type session struct {
	person int64
	cookie string
	// endingAt is when its visitor first asked to end it; zero for never. From
	// then on it may be over.
	endingAt time.Time
}

// history is everything that visitors did, and what the site said. It is safe
// for concurrent use.
type history struct {
	secrets secrets

	mu       sync.Mutex
	ops      []op
	sent     []link     // Every link with a good signature that was ever opened.
	alive    []*session // Those that nobody has asked to end.
	ended    []*session // Those whose end was acknowledged.
	sessions []*session
	updates  map[int]bool // Whether each was acknowledged.
	problems map[string]int

	links, brought int // How many there were.
}

func newHistory(s secrets) *history {
	return &history{secrets: s, updates: make(map[int]bool), problems: make(map[string]int)}
}

// problem notes something that must never be.
func (h *history) problem(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.problems[text]++
}

// add records what was done.
func (h *history) add(o op) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, o)
	switch {
	case o.kind == login && o.outcome == done:
		h.sessions = append(h.sessions, o.session)
		h.alive = append(h.alive, o.session)
	case o.kind == logout && o.outcome == done:
		h.ended = append(h.ended, o.session)
	}
}

// opening notes that a link is about to be opened.
func (h *history) opening(l link) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sent = append(h.sent, l)
}

// someSession returns a session that is alive, as far as anybody knows; nil for
// none. n chooses.
func (h *history) someSession(n int) *session {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.alive) == 0 {
		return nil
	}
	return h.alive[n%len(h.alive)]
}

// someEnded returns a session whose end was acknowledged; nil for none.
func (h *history) someEnded(n int) *session {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.ended) == 0 {
		return nil
	}
	return h.ended[n%len(h.ended)]
}

// toEnd takes a session out of those that are alive.
func (h *history) toEnd(n int, at time.Time) *session {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.alive) == 0 {
		return nil
	}
	n %= len(h.alive)
	s := h.alive[n]
	s.endingAt = at
	h.alive = slices.Delete(h.alive, n, n+1)
	return s
}

// note remembers an update, and whether its arrival was acknowledged.
func (h *history) note(update int, acknowledged bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.updates[update] = h.updates[update] || acknowledged
}

// between returns what was due in a time.
func (h *history) between(from, to time.Time) []op {
	h.mu.Lock()
	defer h.mu.Unlock()
	var ops []op
	for _, o := range h.ops {
		if !o.due.Before(from) && o.due.Before(to) {
			ops = append(ops, o)
		}
	}
	return ops
}

// everybody returns the sessions that acknowledged logins gave.
func (h *history) everybody() []*session {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.sessions)
}

// nextLink numbers the links.
func (h *history) nextLink() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.links++
	return h.links
}

// nextUpdate numbers the updates.
func (h *history) nextUpdate() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.brought++
	return h.brought
}

// kindsOf returns those that are of a kind.
func kindsOf(ops []op, k kind) []op {
	return slices.DeleteFunc(slices.Clone(ops), func(o op) bool { return o.kind != k })
}
