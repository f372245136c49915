package faults_test

import (
	"testing"
	"time"
)

// maxIdleMemory is what a copy may take that has nothing to do.
const maxIdleMemory = 40 << 20

// I13: a copy that has nothing to do takes little, and after a load it is as it
// was.
func TestSite_takesLittleWhenIdleAndGivesBackAfterLoad(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	idle := w.copies[0].metrics(t)
	if memory := idle.sum("process_resident_memory_bytes"); memory == 0 || memory > maxIdleMemory {
		t.Errorf("a copy with nothing to do takes %.1f MB", memory/(1<<20))
	}
	before := w.warm(t)
	l := w.startLoad(t, usual())
	l.goOn(sized(3*time.Second, 60*time.Second))
	busy := w.copies[0].metrics(t)
	l.end()
	f := figuresOf(w.history.between(l.begin, time.Now()))
	mustBeOnly(t, f, done)
	w.mustHold(t)
	w.mustComeDown(t, before)
	for _, moment := range []struct {
		name string
		seen metrics
	}{{"idle", idle}, {"under load", busy}, {"after", w.copies[0].metrics(t)}} {
		m := moment.seen
		t.Logf("%s: %.1f MB resident, %.1f MB of it heap in use, %g goroutines, pool: %g in use, %g idle, %g at most", moment.name,
			m.sum("process_resident_memory_bytes")/(1<<20), m.sum("go_memstats_heap_inuse_bytes")/(1<<20), m.sum("go_goroutines"),
			m.sum("tgl_db_pool_connections", `state="in_use"`), m.sum("tgl_db_pool_connections", `state="idle"`),
			m.sum("tgl_db_pool_connections", `state="max"`))
	}
	report(t, "none: leaks", l.chosen, f, "-")
}

// warm lets visitors come for a moment, so that what is made once is there: the
// connections of the pools, for one. It returns how many goroutines there are then.
func (w *world) warm(t *testing.T) float64 {
	t.Helper()
	l := w.startLoad(t, rates{logins: 20, looks: 100})
	l.goOn(time.Second)
	l.end()
	return w.calm(t)
}
