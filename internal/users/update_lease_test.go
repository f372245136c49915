package users_test

import (
	"testing"
	"time"

	"example.com/telegram-login/internal/users"
)

func TestHoldUpdateLease_oneHolderAtATime(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	a, b := users.LeaseHolder{1}, users.LeaseHolder{2}
	steps := []struct {
		name   string
		holder users.LeaseHolder
		botID  int64
		at     time.Duration
		want   bool
	}{
		{"the first comes", a, 7, 0, true},
		{"the second has to wait", b, 7, time.Second, false},
		{"the first renews", a, 7, 30 * time.Second, true},
		{"the second still waits", b, 7, 89 * time.Second, false},
		{"another bot is another matter", b, 8, 89 * time.Second, true},
		{"the lease has run out", b, 7, 90 * time.Second, true},
		{"the first has lost it", a, 7, 91 * time.Second, false},
	}
	for _, step := range steps {
		at := noon.Add(step.at)
		held, err := store.HoldUpdateLease(t.Context(), step.botID, step.holder, at, at.Add(time.Minute))
		if err != nil || held != step.want {
			t.Errorf("%s: HoldUpdateLease = %t, %v", step.name, held, err)
		}
	}
	if err := store.ReleaseUpdateLease(t.Context(), 7, a); err != nil { // Not a's to release.
		t.Fatal(err)
	}
	if held, _ := store.HoldUpdateLease(t.Context(), 7, a, noon.Add(92*time.Second), noon.Add(time.Hour)); held {
		t.Error("a released what b holds")
	}
	if err := store.ReleaseUpdateLease(t.Context(), 7, b); err != nil {
		t.Fatal(err)
	}
	if err := store.DropUpdateLease(t.Context(), 8); err != nil {
		t.Fatal(err)
	}
	if held, _ := store.HoldUpdateLease(t.Context(), 8, a, noon.Add(92*time.Second), noon.Add(time.Hour)); !held {
		t.Error("a dropped lease cannot be taken")
	}
	if held, _ := store.HoldUpdateLease(t.Context(), 7, a, noon.Add(92*time.Second), noon.Add(time.Hour)); !held {
		t.Error("a released lease cannot be taken")
	}
}
