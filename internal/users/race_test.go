package users_test

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/users"
)

func TestSignIn_oneLinkAThousandTimesAtOnceMakesOneSession(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	errs := make([]error, 1000)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = store.SignIn(t.Context(), link(42, "the one")) })
	}
	wg.Wait()

	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, users.ErrLinkUsed):
			t.Errorf("SignIn = %v, want ErrLinkUsed", err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d succeeded, want 1", won, len(errs))
	}
	if got := everything(t, db); got != "accounts=1 sessions=1 used_links=1 activity=1 " {
		t.Errorf("rows: %s", got)
	}
}

func TestSignIn_manyFirstLinksOfOnePersonAtOnceMakeOneAccount(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			if _, err := store.SignIn(t.Context(), link(42, strconv.Itoa(i))); err != nil {
				t.Errorf("SignIn = %v", err)
			}
		})
	}
	wg.Wait()
	want := fmt.Sprintf("accounts=1 sessions=%d used_links=100 activity=%d ", users.MaxSessions, 100+100-users.MaxSessions)
	if got := everything(t, db); got != want {
		t.Errorf("rows: %s, want %s", got, want)
	}
}

// Deleting locks the account and then its sessions; signing in may take them the
// other way round. Whoever loses must come again, and nobody may be left with a
// session that has no account.
func TestSignIn_mixedWithDeletionNeitherFailsNorLeavesAnythingBehind(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	last := make([]users.SignIn, 4)
	var wg sync.WaitGroup
	for worker := range last {
		wg.Go(func() {
			for i := range 50 {
				in := link(42, fmt.Sprint(worker, i))
				in.Presented = last[worker].Session.TokenHash
				session, err := store.SignIn(t.Context(), in)
				if err != nil {
					t.Errorf("SignIn = %v", err)
					return
				}
				last[worker] = in
				if i%5 == 4 {
					if _, err := store.DeleteAccount(t.Context(), session.Account.ID); err != nil {
						t.Errorf("DeleteAccount = %v", err)
					}
				}
			}
		})
	}
	wg.Wait()
	if n := count(t, db, "used_links"); n != 200 {
		t.Errorf("%d used links, want 200: deleting must not make a link usable again", n)
	}
	if n := count(t, db, "accounts"); n > 1 {
		t.Errorf("%d accounts for one person", n)
	}
	for _, in := range last {
		session, err := find(t.Context(), store, in)
		if err != nil && !errors.Is(err, users.ErrNoSession) {
			t.Errorf("FindSession = %v", err)
		}
		if err == nil && session.Account.TelegramID != 42 {
			t.Errorf("a session of somebody else: %+v", session)
		}
	}
}

// A cookie must never lead to another person's account, whatever happens at the
// same time (T21).
func TestSignIn_aThousandPeopleAtOnceEachGetTheirOwnSession(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	var wg sync.WaitGroup
	for i := range 1000 {
		wg.Go(func() {
			in := link(int64(i+1), strconv.Itoa(i))
			if _, err := store.SignIn(t.Context(), in); err != nil {
				t.Errorf("SignIn = %v", err)
				return
			}
			session, err := find(t.Context(), store, in)
			if err != nil || session.Account.TelegramID != int64(i+1) {
				t.Errorf("person %d: session of %d, %v", i+1, session.Account.TelegramID, err)
			}
		})
	}
	wg.Wait()
}

// On a distributed database, and on one that is set so, any statement can be
// asked to come again (SQLSTATE 40001).
func TestSignIn_comesAgainAfterASerializationFailure(t *testing.T) {
	t.Parallel()
	db, err := pgxpool.New(t.Context(), pgtest.URL(t)+"&default_transaction_isolation=serializable")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	store := users.NewStore(db)
	for round := range 50 { // In pairs, so that who has to come again meets nobody.
		var wg sync.WaitGroup
		for worker := range 2 {
			wg.Go(func() {
				if _, err := store.SignIn(t.Context(), link(42, fmt.Sprint(round, worker))); err != nil {
					t.Errorf("SignIn = %v", err)
				}
			})
		}
		wg.Wait()
	}
}
