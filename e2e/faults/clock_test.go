package faults_test

import (
	"math"
	"net/http"
	"testing"
	"time"
)

// F13: the clock of one copy jumps, by an hour or by a little more than what a link
// may be from the future. The copy refuses what it must, believes nobody's link
// longer than it may, and says that its clock is wrong. The other copy goes on.
func TestClock_thatJumpsLetsNobodyInWhoMustNot(t *testing.T) {
	t.Parallel()
	w := newWorldWithFaultClocks(t)
	wrong, right := w.copies[0], w.copies[1]
	begin := time.Now()
	l := w.newLink()
	if o := w.logIn(l, "10.0.0.1", time.Now()); o.outcome != done {
		t.Fatalf("with all clocks right: %s (%d)", o.outcome, o.status)
	}
	for _, jump := range []struct {
		offset time.Duration
		status int // Of a link signed now, at the copy whose clock is wrong.
		reason string
	}{
		{time.Hour, http.StatusForbidden, "expired"},
		{-time.Hour, http.StatusForbidden, "from_future"},
		{61 * time.Second, http.StatusSeeOther, ""},
		{-65 * time.Second, http.StatusForbidden, "from_future"},
		{0, http.StatusSeeOther, ""},
	} {
		wrong.setClock(t, jump.offset)
		fresh := w.newLink()
		w.history.opening(fresh)
		a := w.askCopy(wrong, visit{method: http.MethodGet, path: fresh.path, client: "10.0.0.2"})
		if a.status != jump.status || a.header.Get("X-Refusal") != jump.reason {
			t.Errorf("%s off: a fresh link gives %d %q, want %d %q", jump.offset, a.status, a.header.Get("X-Refusal"), jump.status, jump.reason)
		}
		if (a.sessionCookie() != "") != (jump.status == http.StatusSeeOther) {
			t.Errorf("%s off: the link is answered %d, and gives a session: %t", jump.offset, a.status, a.sessionCookie() != "")
		}
		for _, c := range w.copies { // The one that was used before opens nothing, by no clock.
			if again := w.askCopy(c, visit{method: http.MethodGet, path: l.path, client: "10.0.0.3"}); again.sessionCookie() != "" {
				t.Errorf("%s off: %s lets a used link in", jump.offset, c.name)
			}
		}
		other := w.newLink()
		w.history.opening(other)
		if a := w.askCopy(right, visit{method: http.MethodGet, path: other.path, client: "10.0.0.4"}); a.sessionCookie() == "" {
			t.Errorf("%s off at the other copy: a fresh link gives %d", jump.offset, a.status)
		}
		w.mustSeeSkew(t, wrong, jump.offset)
	}
	w.mustHold(t)
	f := figuresOf(w.history.between(begin, time.Now()))
	report(t, "F13 clock of one copy jumps", rates{}, f, "-")
}

// mustSeeSkew waits until a copy's metrics show how wrong its clock is (I15). A
// signed link is where it meets Telegram's clock, a question that of the database.
func (w *world) mustSeeSkew(t *testing.T, c *siteCopy, offset time.Duration) {
	t.Helper()
	const tolerance = 5 // Seconds.
	await(t, "the metrics to show that the clock is wrong by "+offset.String(), func() bool {
		w.askCopy(c, visit{method: http.MethodGet, path: "/readyz", client: "10.0.0.5"})
		skew := c.metrics(t).sum("tgl_clock_skew_seconds", `against="database"`)
		return math.Abs(skew-offset.Seconds()) < tolerance
	})
}
