package auth_test

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/users"
)

func newLogin(t *testing.T) *auth.Login {
	t.Helper()
	store := users.NewStore(pgtest.New(t))
	now := func() time.Time { return noon }
	return &auth.Login{
		Verifier: newVerifier(t),
		Users:    store,
		Sessions: &auth.Sessions{Users: store, Now: now, Lifetime: time.Hour, Idle: time.Hour, Log: slog.New(slog.DiscardHandler)},
		Now:      now,
		Log:      slog.New(slog.DiscardHandler),
	}
}

// Nothing must never vouch for nothing: an attempt without a state and a link
// without one are not a pair.
func TestArrive_anAttemptWithoutStateVouchesForNothing(t *testing.T) {
	t.Parallel()
	login := newLogin(t)
	outcome, err := login.Arrive(t.Context(), issue(testToken, anna()), auth.Browser{
		FromOtherSite: true,
		Attempt:       auth.Attempt{StartedAt: noon},
	})
	if err != nil || outcome.Step != auth.ConfirmFirst {
		t.Errorf("step %d, %v: want the confirm page", outcome.Step, err)
	}
}

func TestConfirm_aPendingLoginWithoutIDIsAnsweredByNothing(t *testing.T) {
	t.Parallel()
	login := newLogin(t)
	outcome, err := login.Arrive(t.Context(), issue(testToken, anna()), auth.Browser{FromOtherSite: true})
	if err != nil {
		t.Fatal(err)
	}
	pending := outcome.Pending
	pending.ID = ""
	if _, err := login.Confirm(t.Context(), pending, "", auth.Browser{}); !errors.Is(err, auth.ErrNothingPending) {
		t.Errorf("Confirm = %v, want ErrNothingPending", err)
	}
}

func TestToken_neverShowsInATextOrALog(t *testing.T) {
	t.Parallel()
	token := auth.NewToken()
	if token.String() != "[session token]" || token.LogValue().String() != "[session token]" {
		t.Errorf("token shows as %s and %s", token, token.LogValue())
	}
}

// Whoever found an old link can hang up before the answer; its owner learns of it
// all the same (T03).
func TestArrive_notesARefusalAlsoWhenTheVisitorHangsUp(t *testing.T) {
	t.Parallel()
	login := newLogin(t)
	signedIn, err := login.Arrive(t.Context(), issue(testToken, anna()), auth.Browser{})
	if err != nil {
		t.Fatal(err)
	}
	old := anna()
	old["auth_date"] = strconv.FormatInt(noon.Add(-time.Hour).Unix(), 10)
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	if _, err := login.Arrive(gone, issue(testToken, old), auth.Browser{}); !errors.Is(err, auth.ErrExpired) {
		t.Errorf("Arrive = %v, want ErrExpired", err)
	}
	page, err := login.Users.ListActivity(t.Context(), users.ActivityQuery{Account: signedIn.Session.Account, Limit: 10})
	if err != nil || len(page.Entries) != 2 || page.Entries[0].Kind != users.ActivityLinkRefused {
		t.Errorf("activity = %+v, %v; want the refusal first", page.Entries, err)
	}
}
