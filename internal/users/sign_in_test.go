package users_test

import (
	"errors"
	"testing"
	"time"

	"example.com/telegram-login/internal/users"
)

func TestSignIn_makesAccountSessionAndActivityAtOnce(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	in := link(42, "first")
	session := signIn(t, store, in)

	if session.ID != in.Session.ID || session.Account.TelegramID != 42 || session.Account.Profile != in.Profile {
		t.Errorf("session = %+v", session)
	}
	if !session.Account.CreatedAt.Equal(noon) || !session.Account.ProfileAt.Equal(noon) || !session.CreatedAt.Equal(noon) {
		t.Errorf("times = %+v", session)
	}
	if got := everything(t, db); got != "accounts=1 sessions=1 used_links=1 activity=1 " {
		t.Errorf("rows: %s", got)
	}
	if n := count(t, db, "activity WHERE kind = 'signed_in' AND session_id = $1", session.ID); n != 1 {
		t.Errorf("%d activity rows name the session", n)
	}
}

func TestSignIn_secondUseOfALinkIsRefusedAndWritesNothing(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	first := link(42, "once")
	signIn(t, store, first)
	before := everything(t, db)

	again := link(42, "once")
	again.Presented = first.Session.TokenHash
	again.Profile.FirstName = "Changed"
	if _, err := store.SignIn(t.Context(), again); !errors.Is(err, users.ErrLinkUsed) {
		t.Fatalf("SignIn = %v, want ErrLinkUsed", err)
	}
	if after := everything(t, db); after != before {
		t.Errorf("rows before %s, after %s", before, after)
	}
	session, err := find(t.Context(), store, first)
	if err != nil {
		t.Fatalf("the first session has ended: %v", err)
	}
	if session.Account.Profile.FirstName != "Anna" {
		t.Error("a refused sign-in changed the profile")
	}
}

func TestSignIn_linkStaysUsedAfterTheAccountIsDeleted(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	session := signIn(t, store, link(42, "once"))
	if _, err := store.DeleteAccount(t.Context(), session.Account.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := store.SignIn(t.Context(), link(42, "once")); !errors.Is(err, users.ErrLinkUsed) {
		t.Errorf("SignIn = %v, want ErrLinkUsed", err)
	}
	if got := everything(t, db); got != "accounts=0 sessions=0 used_links=1 activity=0 " {
		t.Errorf("rows: %s", got)
	}
}

func TestSignIn_olderLinkAfterANewerOneSignsInAndKeepsTheNewerProfile(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	newer := link(42, "newer")
	newer.AuthDate = noon.Add(time.Minute)
	newer.At = noon.Add(2 * time.Minute)
	newer.Profile = users.Profile{FirstName: "New"}
	signIn(t, store, newer)

	older := link(42, "older")
	older.At = noon.Add(90 * time.Second) // Its copy of the site has a slower clock.
	session := signIn(t, store, older)

	if session.Account.Profile != newer.Profile {
		t.Errorf("profile = %+v, want the newer one", session.Account.Profile)
	}
	if !session.Account.ProfileAt.Equal(newer.AuthDate) || !session.Account.LastSignInAt.Equal(newer.At) {
		t.Errorf("times went back: %+v", session.Account)
	}
	if n := count(t, db, "sessions"); n != 2 {
		t.Errorf("%d sessions, want 2: the older link signs in as well", n)
	}
}

func TestSignIn_newerLinkReplacesTheProfileAndForgetsWhatIsGone(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	first := signIn(t, store, link(42, "older"))
	newer := link(42, "newer")
	newer.AuthDate = noon.Add(time.Second)
	newer.Profile = users.Profile{FirstName: "Anna"}
	second := signIn(t, store, newer)

	if second.Account.ID != first.Account.ID || second.Account.Profile != newer.Profile {
		t.Errorf("account = %+v", second.Account)
	}
	if n := count(t, db, "accounts WHERE last_name IS NULL AND username IS NULL AND photo_url IS NULL"); n != 1 {
		t.Error("what Telegram no longer names is not NULL")
	}
}

func TestSignIn_twoLinksOfTheSameSecondBothSignIn(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signIn(t, store, link(42, "one"))
	second := link(42, "two")
	second.Profile.LastName = "Petrova"
	session := signIn(t, store, second)
	if session.Account.Profile.LastName != "Petrova" {
		t.Errorf("profile = %+v, want the one that came last", session.Account.Profile)
	}
	if n := count(t, db, "sessions"); n != 2 {
		t.Errorf("%d sessions, want 2", n)
	}
}

func TestSignIn_endsThePresentedSessionAndNoOther(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	presented, other, somebodyElse := link(42, "a"), link(42, "b"), link(43, "c")
	signIn(t, store, presented)
	signIn(t, store, other)
	signIn(t, store, somebodyElse)

	again := link(42, "d")
	again.Presented = presented.Session.TokenHash
	signIn(t, store, again)

	if _, err := find(t.Context(), store, presented); !errors.Is(err, users.ErrNoSession) {
		t.Errorf("the presented session: %v, want ErrNoSession", err)
	}
	for _, in := range []users.SignIn{other, somebodyElse, again} {
		if _, err := find(t.Context(), store, in); err != nil {
			t.Errorf("another session: %v", err)
		}
	}
}

func TestSignIn_asSomebodyElseEndsTheSessionOfTheOneBefore(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	boris := link(43, "boris")
	signIn(t, store, boris)
	anna := link(42, "anna")
	anna.Presented = boris.Session.TokenHash
	signIn(t, store, anna)
	if _, err := find(t.Context(), store, boris); !errors.Is(err, users.ErrNoSession) {
		t.Errorf("the session of the one before: %v, want ErrNoSession", err)
	}
}

func TestSignIn_keepsTheTwentySessionsThatWereUsedLast(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	var all []users.SignIn
	for i := range users.MaxSessions + 3 {
		in := link(42, string(rune('a'+i)))
		in.At = noon.Add(time.Duration(i) * time.Second)
		in.Session.ExpiresAt = in.At.Add(time.Hour)
		started, err := store.SignIn(t.Context(), in)
		if evicted := i >= users.MaxSessions; err != nil || (started.Evicted == 1) != evicted || started.Evicted > 1 {
			t.Errorf("sign-in %d: %d sessions had to end, %v", i+1, started.Evicted, err)
		}
		all = append(all, in)
	}
	somebodyElse := link(43, "boris")
	signIn(t, store, somebodyElse)
	// A link that is refused ends nothing either.
	if _, err := store.SignIn(t.Context(), link(42, "a")); !errors.Is(err, users.ErrLinkUsed) {
		t.Fatalf("SignIn = %v", err)
	}

	if n := count(t, db, "sessions s JOIN accounts a ON a.id = s.account_id WHERE telegram_id = 42"); n != users.MaxSessions {
		t.Errorf("%d sessions, want %d", n, users.MaxSessions)
	}
	for i, in := range all {
		_, err := find(t.Context(), store, in)
		if gone := errors.Is(err, users.ErrNoSession); gone != (i < 3) {
			t.Errorf("session %d: %v", i, err)
		}
	}
	if _, err := find(t.Context(), store, somebodyElse); err != nil {
		t.Errorf("another account's session: %v", err)
	}
}
