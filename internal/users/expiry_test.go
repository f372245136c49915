package users_test

import (
	"context"
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

// Another copy of the site may be at it too: nobody waits for the other.
func TestRemoveExpired_leavesTheRowsThatAnotherCopyIsRemoving(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for i := range 3 {
		in := link(int64(i+1), strconv.Itoa(i))
		in.LinkKeptTill = noon.Add(time.Duration(i+1) * time.Minute)
		signIn(t, store, in)
	}
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
	if _, err := tx.Exec(t.Context(), "SELECT FROM used_links ORDER BY expires_at LIMIT 1 FOR UPDATE"); err != nil {
		t.Fatal(err)
	}
	if _, err := store.RemoveExpired(t.Context(), noon.Add(time.Hour), 100); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, "used_links"); n != 1 {
		t.Errorf("%d links are left, want the one that the other holds", n)
	}
}
