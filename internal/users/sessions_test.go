package users_test

import (
	"errors"
	"testing"
	"time"

	"example.com/telegram-login/internal/users"
)

func TestFindSession_endsAtEachOfItsLimits(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	in := link(42, "x")
	in.Session.ExpiresAt = noon.Add(10 * time.Hour)
	signIn(t, store, in)

	tests := map[string]struct {
		alive users.Alive
		found bool
	}{
		"at once":                   {users.Alive{At: noon, SeenAfter: noon.Add(-time.Hour)}, true},
		"just before its end":       {users.Alive{At: noon.Add(10*time.Hour - time.Second)}, true},
		"at its end":                {users.Alive{At: noon.Add(10 * time.Hour)}, false},
		"idle for just short of it": {users.Alive{At: noon.Add(time.Hour), SeenAfter: noon.Add(-time.Second)}, true},
		"idle for too long":         {users.Alive{At: noon.Add(time.Hour), SeenAfter: noon}, false},
		"started at the fence":      {users.Alive{At: noon, CreatedAtLeast: noon}, true},
		"started before the fence":  {users.Alive{At: noon, CreatedAtLeast: noon.Add(time.Second)}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := store.FindSession(t.Context(), in.Session.TokenHash, test.alive)
			if test.found && err != nil || !test.found && !errors.Is(err, users.ErrNoSession) {
				t.Errorf("FindSession = %v", err)
			}
			listed, err := store.ListSessions(t.Context(), 1, test.alive)
			if err != nil || (len(listed) == 1) != test.found {
				t.Errorf("ListSessions = %d sessions, %v", len(listed), err)
			}
		})
	}
}

func TestFindSession_knowsNoOtherToken(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	in := link(42, "x")
	signIn(t, store, in)
	other := in
	other.Session.TokenHash[31] ^= 1
	if _, err := find(t.Context(), store, other); !errors.Is(err, users.ErrNoSession) {
		t.Errorf("FindSession = %v, want ErrNoSession", err)
	}
	if _, err := store.FindSession(t.Context(), users.TokenHash{}, alive(noon)); !errors.Is(err, users.ErrNoSession) {
		t.Errorf("zero hash: %v, want ErrNoSession", err)
	}
}

func TestTouchSession_neverGoesBack(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	in := link(42, "x")
	signIn(t, store, in)
	for _, at := range []time.Time{noon.Add(5 * time.Minute), noon.Add(2 * time.Minute)} {
		if err := store.TouchSession(t.Context(), in.Session.TokenHash, at); err != nil {
			t.Fatal(err)
		}
	}
	session, err := find(t.Context(), store, in)
	if err != nil || !session.LastSeenAt.Equal(noon.Add(5*time.Minute)) {
		t.Errorf("last seen %v, %v", session.LastSeenAt, err)
	}
}

func TestListSessions_showsTheLastUsedFirstAndNobodyElses(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	a, b, other := link(42, "a"), link(42, "b"), link(43, "c")
	account := signIn(t, store, a).Account
	signIn(t, store, b)
	signIn(t, store, other)
	if err := store.TouchSession(t.Context(), a.Session.TokenHash, noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	sessions, err := store.ListSessions(t.Context(), account.ID, alive(noon.Add(time.Minute)))
	if err != nil || len(sessions) != 2 || sessions[0].ID != a.Session.ID || sessions[1].ID != b.Session.ID {
		t.Errorf("ListSessions = %+v, %v", sessions, err)
	}
}

func TestEndSession_endsOneAndNotesIt(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	a, b := link(42, "a"), link(42, "b")
	signIn(t, store, a)
	signIn(t, store, b)
	for range 2 { // The second time there is nothing to end, which is no error.
		if _, err := store.EndSession(t.Context(), a.Session.TokenHash, noon); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := find(t.Context(), store, a); !errors.Is(err, users.ErrNoSession) {
		t.Errorf("ended session: %v", err)
	}
	if _, err := find(t.Context(), store, b); err != nil {
		t.Errorf("the other session: %v", err)
	}
	if n := count(t, db, "activity WHERE kind = 'session_ended' AND session_id = $1", a.Session.ID); n != 1 {
		t.Errorf("%d activity rows, want 1", n)
	}
}

func TestEndSessionOf_doesNotReachAnotherAccount(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	anna, boris := link(42, "a"), link(43, "b")
	annaAccount := signIn(t, store, anna).Account
	borisAccount := signIn(t, store, boris).Account

	ended, err := store.EndSessionOf(t.Context(), annaAccount.ID, boris.Session.ID, noon)
	if err != nil || ended {
		t.Errorf("EndSessionOf = %t, %v", ended, err)
	}
	if _, err := find(t.Context(), store, boris); err != nil {
		t.Errorf("somebody else's session: %v", err)
	}
	ended, err = store.EndSessionOf(t.Context(), borisAccount.ID, boris.Session.ID, noon)
	if err != nil || !ended {
		t.Errorf("EndSessionOf = %t, %v", ended, err)
	}
}

func TestEndOtherSessions_keepsThisOneOnly(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	var account users.Account
	all := []users.SignIn{link(42, "a"), link(42, "b"), link(42, "c")}
	for _, in := range all {
		account = signIn(t, store, in).Account
	}
	other := link(43, "d")
	signIn(t, store, other)

	n, err := store.EndOtherSessions(t.Context(), account.ID, all[1].Session.ID, noon)
	if err != nil || n != 2 {
		t.Errorf("EndOtherSessions = %d, %v", n, err)
	}
	for i, in := range append(all, other) {
		_, err := find(t.Context(), store, in)
		if kept := err == nil; kept != (i == 1 || i == 3) {
			t.Errorf("session %d: %v", i, err)
		}
	}
	n, err = store.EndAllSessions(t.Context(), account.ID, noon)
	if err != nil || n != 1 {
		t.Errorf("EndAllSessions = %d, %v", n, err)
	}
}
