package faults_test

import (
	"flag"
	"math/rand/v2"
	"time"
)

var (
	full = flag.Bool("full", false, "run the full tier: the loads and repetitions of docs/faults.md")
	seed = flag.Uint64("seed", 1, "make the choices of this `number`")
)

// sized returns what the tier asks for.
func sized[T any](short, all T) T {
	if *full {
		return all
	}
	return short
}

// chance makes the choices of one purpose. Each purpose has a stream of its own,
// so that one more choice here changes none elsewhere.
func chance(purpose string) *rand.Rand { return chanceOf(*seed, purpose) }

func chanceOf(seed uint64, purpose string) *rand.Rand {
	stream := uint64(14695981039346656037) // FNV-1a.
	for _, b := range []byte(purpose) {
		stream = (stream ^ uint64(b)) * 1099511628211
	}
	return rand.New(rand.NewPCG(seed, stream))
}

// patience is how long something may take that takes a second or two, on a
// machine that does ten other things.
const patience = 45 * time.Second
