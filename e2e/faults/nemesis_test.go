package faults_test

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"
)

// nemesis chooses what to do to a world next.
type nemesis struct {
	t *testing.T
	w *world
	c *rand.Rand
}

// acts are what it chooses from, by name.
func (n nemesis) acts() []act {
	some := n.w.copies[n.c.IntN(2)]
	return []act{
		{"kill a copy", func() { n.kill(some) }},
		{"restart a copy", func() { some.restart(n.t) }},
		{"kill the database", func() { n.endDatabase(killed) }},
		{"stop the database at once", func() { n.endDatabase(immediately) }},
		{"restart the database", func() { n.endDatabase(fast) }},
		{"reset connections", some.wire.reset},
		{"move the database away", func() { n.hurtWires(trouble{delay: 150 * time.Millisecond, jitter: 150 * time.Millisecond}) }},
		{"black hole", func() { n.hurtWires(trouble{hold: true}) }},
		{"database out of reach", func() { n.hurtWires(trouble{down: true}) }},
		{"cut connections", func() { n.hurtWires(trouble{cut: true, cutAfter: n.c.IntN(2000)}) }},
	}
}

// act is one thing that the nemesis does.
type act struct {
	name string
	do   func()
}

// pause is for a while: what is broken stays so.
func (n nemesis) pause() {
	<-time.After(time.Duration(200+n.c.IntN(sized(600, 3000))) * time.Millisecond)
}

func (n nemesis) kill(victim *siteCopy) {
	n.t.Helper()
	victim.process.kill()
	n.pause()
	victim.start(n.t)
}

func (n nemesis) endDatabase(way syscall.Signal) {
	n.t.Helper()
	n.w.database.end(n.t, way)
	n.pause()
	n.w.database.start(n.t)
}

// hurtWires breaks the way to the database for one copy, or for both.
func (n nemesis) hurtWires(now trouble) {
	which := n.c.IntN(3)
	for i, c := range n.w.copies {
		if which == i || which == 2 {
			c.wire.set(now)
		}
	}
	n.pause()
	n.w.setWires(trouble{})
}

// All faults, one after the other as chance has it, under load. Whatever happens,
// everything holds in the end.
func TestNemesis_whateverItDoesNothingIsLostAndNobodyIsLetIn(t *testing.T) {
	t.Parallel()
	for i := range sized(uint64(1), 3) {
		t.Run(fmt.Sprintf("seed %d", *seed+i), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "DRAIN_DELAY=1s")
			n := nemesis{t, w, chanceOf(*seed+i, "nemesis")}
			l := w.startLoad(t, usual())
			for range sized(5, 30) {
				acts := n.acts()
				chosen := acts[n.c.IntN(len(acts))]
				t.Logf("after %s: %s", round(time.Since(l.begin)), chosen.name)
				chosen.do()
				n.pause()
			}
			healed := time.Now()
			l.goOn(sized(2*time.Second, 10*time.Second))
			l.end()
			f := figuresOf(w.history.between(l.begin, time.Now()))
			w.mustHold(t)
			mustRecover(t, f.recovery(healed))
			mustAnswerInTime(t, f)
			report(t, fmt.Sprintf("nemesis, seed %d", *seed+i), l.chosen, f, round(f.recovery(healed)).String())
		})
	}
}
