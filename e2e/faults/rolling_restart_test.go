package faults_test

import (
	"testing"
	"time"
)

// F11 and I12: a new version goes live under load, and nobody notices.
func TestRollingRestart_losesNoRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "DRAIN_DELAY="+sized("1s", "2s"))
	times := sized(2, 10)
	l := w.startLoad(t, usual())
	l.goOn(sized(time.Second, 5*time.Second))
	for range times {
		for _, c := range w.copies {
			c.restart(t)
			w.awaitReady(t)
		}
	}
	l.goOn(sized(time.Second, 5*time.Second))
	l.end()
	f := figuresOf(w.history.between(l.begin, time.Now()))
	w.mustHold(t)
	if f.count() > 0 {
		t.Errorf("I12: of %d requests, %s failed", f.requests, f.errors())
	}
	t.Logf("%d rolling restarts; %d requests were repeated by the balancer; without an answer: %s",
		times, w.balancer.repeated.Load(), w.balancer.whyBroken())
	report(t, "F11 rolling restart", l.chosen, f, "-")
}
