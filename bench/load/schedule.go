package load

import (
	"math/rand/v2"
	"time"
)

// schedule draws when requests are due: a Poisson process, the same one for all
// that are compared.
func schedule(d time.Duration, perSecond float64) []time.Duration {
	chance := rand.New(rand.NewPCG(1, 2))
	var arrivals []time.Duration
	for at := 0.0; ; {
		at += chance.ExpFloat64() / perSecond
		if at >= d.Seconds() {
			return arrivals
		}
		arrivals = append(arrivals, time.Duration(at*float64(time.Second)))
	}
}
