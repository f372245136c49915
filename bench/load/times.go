package load

import (
	"math"
	"slices"
	"time"
)

// Times are how long requests took.
type Times []time.Duration

// Percentile is the time that a part of the requests did not exceed, by the
// nearest rank: 0.99 for the 99th percentile. Zero for no times. It sorts them.
func (t Times) Percentile(part float64) time.Duration {
	if len(t) == 0 {
		return 0
	}
	slices.Sort(t)
	rank := int(math.Ceil(part * float64(len(t))))
	return t[min(max(rank, 1), len(t))-1]
}
