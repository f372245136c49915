package users_test

import (
	"strconv"
	"testing"
	"time"
)

func TestRemoveExpired_takesWhatIsOverInBatchesAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for i := range 10 {
		in := link(int64(i+1), strconv.Itoa(i))
		in.Session.ExpiresAt = noon.Add(time.Duration(i+1) * time.Hour)
		in.LinkKeptTill = noon.Add(time.Duration(i+1) * time.Hour)
		signIn(t, store, in)
	}
	at := noon.Add(7 * time.Hour) // Seven of each are over.
	for round, want := range []bool{true, true, false} {
		more, err := store.RemoveExpired(t.Context(), at, 3)
		if err != nil || more != want {
			t.Errorf("round %d: RemoveExpired = %t, %v", round, more, err)
		}
	}
	if got := everything(t, db); got != "accounts=10 sessions=3 used_links=3 activity=10 " {
		t.Errorf("rows: %s", got)
	}
}
