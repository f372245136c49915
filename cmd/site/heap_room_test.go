package main

import "testing"

func TestHeapRoom_isForWhoeverSetsNothingOfTheKind(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]int{"": 24 << 20, "GOGC=100": 0, "GOMEMLIMIT=64MiB": 0} {
		if got := len(heapRoom(newEnvironment([]string{setting}))); got != want {
			t.Errorf("%q: %d bytes, want %d", setting, got, want)
		}
	}
}
