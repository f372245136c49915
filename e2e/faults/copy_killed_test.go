package faults_test

import (
	"testing"
	"time"
)

// F12: copies are killed with kill -9, in turn. What a dying copy was answering is
// lost to its visitor; nothing else is.
func TestCopy_killedLosesOnlyWhatItWasAnswering(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	times := sized(3, 20)
	l := w.startLoad(t, usual())
	w.setWires(distance())
	inFlight := 0
	for n := range times {
		l.goOn(sized(time.Second, 2*time.Second))
		c, seen := w.copies[n%2], w.balancer.backends[n%2]
		inFlight += int(seen.inFlight.Load())
		c.process.kill()
		c.start(t)
		w.awaitReady(t)
	}
	l.goOn(time.Second)
	l.end()
	w.setWires(trouble{})
	f := figuresOf(w.history.between(l.begin, time.Now()))
	w.mustHold(t)
	// Between our look at the balancer and the kill some more may have come.
	if most := inFlight + 5*times; f.count() > most {
		t.Errorf("%s failed, and at the kills %d were being answered", f.errors(), inFlight)
	}
	if f.failed[noAnswer] != f.count() {
		t.Errorf("beside lost connections there was: %s", f.errors())
	}
	t.Logf("%d kills, %d requests in flight; %d were repeated by the balancer; without an answer: %s",
		times, inFlight, w.balancer.repeated.Load(), w.balancer.whyBroken())
	report(t, "F12 copy killed", l.chosen, f, "-")
}
