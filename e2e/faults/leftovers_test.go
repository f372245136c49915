package faults_test

import (
	"testing"
	"time"
)

// allowance is how many goroutines more there may be in each copy: a few come and
// go by themselves, such as the queue's, and the one that answers our question.
const allowance = 10

// calm returns how many goroutines both copies have when they have nothing to do.
func (w *world) calm(t *testing.T) float64 {
	t.Helper()
	w.balancer.closeIdle()
	fewest := w.sum(t, "go_goroutines")
	for range 20 {
		<-time.After(100 * time.Millisecond) // Between two samples.
		fewest = min(fewest, w.sum(t, "go_goroutines"))
	}
	return fewest
}

// mustComeDown waits until nothing is left of a load: goroutines are about as many
// as they were when all was calm (I13), and no connection of the pools is in use.
func (w *world) mustComeDown(t *testing.T, calm float64) {
	t.Helper()
	var goroutines, inUse float64
	await(t, "goroutines and connections to come back", func() bool {
		w.balancer.closeIdle()
		goroutines = w.sum(t, "go_goroutines")
		inUse = w.sum(t, "tgl_db_pool_connections", `state="in_use"`)
		return t.Failed() || (goroutines <= calm+2*allowance && inUse == 0)
	})
	t.Logf("I13: goroutines of both copies: %g before, %g after; connections of the pools in use: %g", calm, goroutines, inUse)
}
