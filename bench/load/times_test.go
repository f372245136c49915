package load_test

import (
	"testing"
	"time"

	"example.com/telegram-login/bench/load"
)

func TestPercentile_isByTheNearestRank(t *testing.T) {
	t.Parallel()
	hundred := make(load.Times, 100)
	for i := range hundred {
		hundred[99-i] = time.Duration(i + 1) // Not sorted.
	}
	for part, want := range map[float64]time.Duration{0: 1, 0.5: 50, 0.99: 99, 0.991: 100, 1: 100} {
		if got := hundred.Percentile(part); got != want {
			t.Errorf("Percentile(%v) of 1…100 = %d, want %d", part, got, want)
		}
	}
	if got := (load.Times{7}).Percentile(0.5); got != 7 {
		t.Errorf("of one time = %d, want 7", got)
	}
	if got := (load.Times{}).Percentile(0.99); got != 0 {
		t.Errorf("of no times = %d, want 0", got)
	}
}
