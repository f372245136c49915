package faults_test

import (
	"testing"
	"time"
)

// F18, seen by visitors: whatever the Bot API does, who logs in logs in, and the
// site stays ready. What becomes of the messages, internal/bot proves.
func TestTelegram_inTroubleTouchesNoVisitor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range int64(sized(100, 1000)) { // So that signing in sends a welcome.
		u := w.newUpdate(true)
		u.person = firstPerson + n
		w.bring(u, "149.154.167.220", time.Now())
	}
	before := w.sum(t, "tgl_bot_api_answers_total")
	l := w.startLoad(t, usual())
	for _, faults := range []string{
		`{"api_error": true}`, `{"api_slow_ms": 3000}`, `{"api_retry_after": 2}`, `{"api_html": true}`, `{"api_cut_off": true}`,
	} {
		w.telegramGoesWrong(t, faults)
		l.goOn(sized(time.Second, 5*time.Second))
	}
	w.telegramGoesWrong(t, `{}`)
	l.end()
	f := figuresOf(w.history.between(l.begin, time.Now()))
	w.mustHold(t)
	if f.count() > 0 {
		t.Errorf("of %d requests, %s failed", f.requests, f.errors())
	}
	w.mustHaveMoved(t, before, "tgl_bot_api_answers_total")
	report(t, "F18 Bot API in trouble", l.chosen, f, "-")
}
