package auth_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/users"
)

// clock is a time that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// newLoginAt is newLogin with a clock of the test's own.
func newLoginAt(t *testing.T, c *clock) *auth.Login {
	t.Helper()
	login := newLogin(t)
	login.Now, login.Sessions.Now = c.now, c.now
	return login
}

// linkAt is a link of somebody, signed at a moment, with the state of an attempt.
func linkAt(id int64, at time.Time, state string) string {
	fields := anna()
	fields["id"], fields["auth_date"] = strconv.FormatInt(id, 10), strconv.FormatInt(at.Unix(), 10)
	query := issue(testToken, fields)
	if state != "" {
		query += "&state=" + state
	}
	return query
}

// signedIn signs somebody in.
func signedIn(t *testing.T, login *auth.Login, query string, b auth.Browser) auth.Outcome {
	t.Helper()
	outcome, err := login.Arrive(t.Context(), query, b)
	if err != nil || outcome.Step != auth.SignedIn {
		t.Fatalf("Arrive = step %d, %v", outcome.Step, err)
	}
	return outcome
}

func TestStepUp_aFreshLoginInTheSameSessionApproves(t *testing.T) {
	t.Parallel()
	c := &clock{noon}
	login := newLoginAt(t, c)
	first := signedIn(t, login, linkAt(42, noon, ""), auth.Browser{})
	c.at = noon.Add(time.Hour / 2)
	attempt := auth.NewStepUp(auth.DeleteAccount, first.Session, "/account/delete", c.at)
	c.at = c.at.Add(time.Minute)
	second := signedIn(t, login, linkAt(42, c.at, attempt.State), auth.Browser{Token: first.Token, Attempt: attempt})

	if a := second.Approval; second.Next != "/account/delete" ||
		a.Purpose != auth.DeleteAccount || a.SessionID != second.Session.ID || !a.At.Equal(c.at) {
		t.Fatalf("outcome %+v", second)
	}
	for name, test := range map[string]struct {
		approval auth.Approval
		purpose  auth.Purpose
		session  users.Session
		at       time.Time
		want     bool
	}{
		"at once":                 {second.Approval, auth.DeleteAccount, second.Session, c.at, true},
		"after ten minutes":       {second.Approval, auth.DeleteAccount, second.Session, c.at.Add(10 * time.Minute), true},
		"a second later":          {second.Approval, auth.DeleteAccount, second.Session, c.at.Add(10*time.Minute + time.Second), false},
		"our clock is behind":     {second.Approval, auth.DeleteAccount, second.Session, c.at.Add(-time.Minute), true},
		"from the future":         {second.Approval, auth.DeleteAccount, second.Session, c.at.Add(-time.Minute - time.Second), false},
		"another purpose":         {second.Approval, "rename_account", second.Session, c.at, false},
		"no purpose":              {auth.Approval{SessionID: second.Session.ID, At: c.at}, "", second.Session, c.at, false},
		"the session before":      {second.Approval, auth.DeleteAccount, first.Session, c.at, false},
		"no session":              {second.Approval, auth.DeleteAccount, users.Session{}, c.at, false},
		"no session and approval": {auth.Approval{Purpose: auth.DeleteAccount, At: c.at}, auth.DeleteAccount, users.Session{}, c.at, false},
		"no approval":             {auth.Approval{}, auth.DeleteAccount, second.Session, c.at, false},
	} {
		if got := test.approval.Permits(test.purpose, test.session, test.at); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// Being signed in, however freshly, is no answer to the question (T27).
func TestStepUp_nothingElseApproves(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(c *clock, login *auth.Login, first auth.Outcome, b auth.Browser) (string, auth.Browser){
		"an ordinary login": func(c *clock, _ *auth.Login, _ auth.Outcome, b auth.Browser) (string, auth.Browser) {
			b.Attempt = auth.NewAttempt("/", c.at)
			return linkAt(42, c.at, b.Attempt.State), b
		},
		"a login without the state": func(c *clock, _ *auth.Login, _ auth.Outcome, b auth.Browser) (string, auth.Browser) {
			return linkAt(42, c.at, ""), b
		},
		"the state of another attempt": func(c *clock, _ *auth.Login, first auth.Outcome, b auth.Browser) (string, auth.Browser) {
			return linkAt(42, c.at, auth.NewStepUp(auth.DeleteAccount, first.Session, "", c.at).State), b
		},
		"a link from before the question": func(c *clock, _ *auth.Login, _ auth.Outcome, b auth.Browser) (string, auth.Browser) {
			return linkAt(42, b.Attempt.StartedAt.Add(-time.Second), b.Attempt.State), b
		},
		"an answer after ten minutes": func(c *clock, _ *auth.Login, _ auth.Outcome, b auth.Browser) (string, auth.Browser) {
			c.at = b.Attempt.StartedAt.Add(auth.AttemptLifetime + time.Second)
			return linkAt(42, c.at, b.Attempt.State), b
		},
		"another session of the person": func(c *clock, login *auth.Login, _ auth.Outcome, b auth.Browser) (string, auth.Browser) {
			c.at = c.at.Add(time.Second)
			other, _ := login.Arrive(t.Context(), linkAt(42, c.at, ""), auth.Browser{})
			b.Token = other.Token
			c.at = c.at.Add(time.Second)
			return linkAt(42, c.at, b.Attempt.State), b
		},
		"no session": func(c *clock, _ *auth.Login, _ auth.Outcome, b auth.Browser) (string, auth.Browser) {
			b.Token = auth.Token{}
			return linkAt(42, c.at, b.Attempt.State), b
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &clock{noon}
			login := newLoginAt(t, c)
			first := signedIn(t, login, linkAt(42, noon, ""), auth.Browser{})
			c.at = noon.Add(time.Minute)
			b := auth.Browser{Token: first.Token, Attempt: auth.NewStepUp(auth.DeleteAccount, first.Session, "", c.at)}
			query, b := test(c, login, first, b)
			outcome := signedIn(t, login, query, b)
			if outcome.Approval != (auth.Approval{}) {
				t.Errorf("approved: %+v", outcome.Approval)
			}
		})
	}
}

func TestStepUp_somebodyElsesLoginAsksFirstAndApprovesNothing(t *testing.T) {
	t.Parallel()
	c := &clock{noon}
	login := newLoginAt(t, c)
	first := signedIn(t, login, linkAt(42, noon, ""), auth.Browser{})
	attempt := auth.NewStepUp(auth.DeleteAccount, first.Session, "", noon)
	b := auth.Browser{Token: first.Token, Attempt: attempt}
	outcome, err := login.Arrive(t.Context(), linkAt(43, noon, attempt.State), b)
	if err != nil || outcome.Step != auth.ConfirmFirst || outcome.Approval != (auth.Approval{}) {
		t.Fatalf("Arrive = %+v, %v", outcome, err)
	}
	outcome, err = login.Confirm(t.Context(), outcome.Pending, outcome.Pending.ID, b)
	if err != nil || outcome.Step != auth.SignedIn || outcome.Approval != (auth.Approval{}) {
		t.Errorf("Confirm = %+v, %v", outcome, err)
	}
}

func TestStepUp_aReplayedLinkApprovesNothing(t *testing.T) {
	t.Parallel()
	c := &clock{noon}
	login := newLoginAt(t, c)
	first := signedIn(t, login, linkAt(42, noon, ""), auth.Browser{})
	c.at = noon.Add(time.Minute)
	attempt := auth.NewStepUp(auth.DeleteAccount, first.Session, "", c.at)
	query := linkAt(42, c.at, attempt.State)
	second := signedIn(t, login, query, auth.Browser{Token: first.Token, Attempt: attempt})
	again := auth.NewStepUp(auth.DeleteAccount, second.Session, "", c.at)
	query = linkAt(42, c.at, again.State) // The same signed data with another state.
	outcome, err := login.Arrive(t.Context(), query, auth.Browser{Token: second.Token, Attempt: again})
	if err != nil || outcome.Step != auth.AlreadySignedIn || outcome.Approval != (auth.Approval{}) {
		t.Errorf("Arrive = %+v, %v", outcome, err)
	}
}

func TestArrive_notesTheRefusalOfAnAuthenticLink(t *testing.T) {
	t.Parallel()
	c := &clock{noon}
	login := newLoginAt(t, c)
	query := linkAt(42, noon, "")
	first := signedIn(t, login, query, auth.Browser{})
	device := auth.Browser{Device: users.Device{Browser: "Chrome"}}
	tampered := linkAt(42, noon.Add(-time.Hour), "") + "0"
	for _, arrival := range []struct {
		query string
		want  error
	}{
		{query, users.ErrLinkUsed},
		{linkAt(42, noon.Add(-time.Hour), ""), auth.ErrExpired},
		{linkAt(42, noon.Add(time.Hour), ""), auth.ErrFromFuture},
		{linkAt(43, noon.Add(-time.Hour), ""), auth.ErrExpired}, // Has no account.
		{tampered, auth.ErrBadSignature},
	} {
		if _, err := login.Arrive(t.Context(), arrival.query, device); !errors.Is(err, arrival.want) {
			t.Errorf("Arrive = %v, want %v", err, arrival.want)
		}
	}
	page, err := login.Users.ListActivity(t.Context(), users.ActivityQuery{Account: first.Session.Account, Since: noon, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var noted []string
	for _, a := range page.Entries {
		if a.Kind == users.ActivityLinkRefused && a.Device.Browser == "Chrome" {
			noted = append(noted, a.Detail)
		}
	}
	if len(noted) != 3 || len(page.Entries) != 4 {
		t.Errorf("noted are %v of %v, want three refusals and a sign-in", noted, page.Entries)
	}
}

func TestArrive_tellsTheMethod(t *testing.T) {
	t.Parallel()
	login := newLogin(t)
	direct := signedIn(t, login, linkAt(42, noon, ""), auth.Browser{})
	attempt := auth.NewAttempt("", noon)
	vouched := signedIn(t, login, linkAt(42, noon.Add(time.Second), attempt.State), auth.Browser{Attempt: attempt})
	asked, err := login.Arrive(t.Context(), linkAt(42, noon.Add(2*time.Second), ""), auth.Browser{FromOtherSite: true})
	if err != nil {
		t.Fatal(err)
	}
	confirmed, err := login.Confirm(t.Context(), asked.Pending, asked.Pending.ID, auth.Browser{})
	if err != nil {
		t.Fatal(err)
	}
	if direct.Session.Method != users.MethodButton || vouched.Session.Method != users.MethodAttempt || confirmed.Session.Method != users.MethodConfirmed {
		t.Errorf("methods %s, %s, %s", direct.Session.Method, vouched.Session.Method, confirmed.Session.Method)
	}
	listed, err := login.Sessions.List(t.Context(), direct.Session.Account.ID)
	if err != nil || len(listed) != 3 || listed[0].Method == "" {
		t.Errorf("listed are %+v, %v", listed, err)
	}
}
