package runbooks_test

import (
	"slices"
	"testing"
)

// Nobody is logged out before the old key goes, wherever they signed in and
// wherever they come next; and then the old key opens nothing.
func TestRotateSessionKeys_logsNobodyOutUntilTheOldKeyGoes(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	old := m.read(t, "session_keys")
	before := m.signedIn(t, anna)
	var between, after *visitor

	printed := m.carryOut(t, "Rotate session keys", "", map[int]func(){
		1: func() {
			before.mustBe(t, anna)
			between = m.signedIn(t, boris) // Still signed with the old key.
			if keys := m.read(t, "session_keys"); len(keys) != 2 || keys[0] != old[0] {
				t.Errorf("after step 1 the old key is not the first of two")
			}
		},
		2: func() {
			before.mustBe(t, anna)
			between.mustBe(t, boris)
			after = m.signedIn(t, chidi)
		},
	})

	if keys := m.read(t, "session_keys"); len(keys) != 1 || slices.Contains(keys, old[0]) {
		t.Error("the old key is still there")
	}
	before.mustBeNobody(t)
	between.mustBeNobody(t)
	after.mustBe(t, chidi)
	mustSay(t, "the log", printed[3], "\"session_keys\":1\n\"session_keys\":1\n")
}

// The reason for putting the new key last at first: while the copies are restarted
// in turn, one signs and the other has to know what it signs with.
func TestRotateSessionKeys_aSignInBetweenTheTwoRestartsCountsAtBothCopies(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	restarts := 0
	m.beforeRestart = func() {
		if restarts++; restarts%2 == 0 { // One copy has been restarted, and the other has not.
			for _, port := range m.ports {
				m.signedInAt(t, "http://localhost:"+port, anna).mustBe(t, anna)
			}
		}
	}

	m.carryOut(t, "Rotate session keys", "", nil)

	if restarts != 6 {
		t.Errorf("%d restarts, want each copy's three times", restarts)
	}
}
