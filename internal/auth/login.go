package auth

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"example.com/telegram-login/internal/users"
)

// Login decides what becomes of a signed link (R4–R10). It is safe for
// concurrent use; all fields are required but AlwaysConfirm.
type Login struct {
	Verifier *Verifier
	Users    *users.Store
	Sessions *Sessions
	Now      func() time.Time
	// AlwaysConfirm shows the confirm page unless an attempt vouches (R7).
	AlwaysConfirm bool
	Log           *slog.Logger
}

// Browser is what is known of the browser that brings a link.
type Browser struct {
	Token   Token   // The session it came with; zero for none.
	Attempt Attempt // What it started on our own page; zero for nothing.
	// FromOtherSite means that a page of another web site sent it here. Native
	// apps, typed addresses and our own pages do not count (R7).
	FromOtherSite bool
	// Device is what the notice of the sign-in will say.
	Device users.Device
}

// Step is what happens next.
type Step int

// The steps.
const (
	SignedIn        Step = iota + 1 // A session was started.
	AlreadySignedIn                 // A harmless reload: nothing was written (R5).
	ConfirmFirst                    // Ask the person; nothing was written (R7).
)

// Outcome is what became of a link that was not refused.
type Outcome struct {
	Step     Step
	Identity Identity // Also of an authentic link that was refused: for counting, not for trusting.
	Next     string   // Where to go, when signed in: a local path, or empty.

	Token    Token         // SignedIn: the new session's token, for the cookie.
	Session  users.Session // SignedIn: the new session. AlreadySignedIn: the old one.
	Evicted  int64         // SignedIn: how many sessions of the account had to end for it.
	Approval Approval      // SignedIn: what this login was asked for and has proved; zero for nothing.
	Pending  Pending       // ConfirmFirst: what to keep in the encrypted cookie.
	Current  users.Session // ConfirmFirst: who is signed in now; zero for nobody.
}

// Arrive handles a link that a browser brought to the login address. It refuses
// with the errors of [Verifier.Verify], before any query is sent (R10), and with
// [users.ErrLinkUsed]; with the latter, the Outcome says who is signed in.
func (l *Login) Arrive(ctx context.Context, rawQuery string, b Browser) (Outcome, error) {
	now := l.Now()
	a, err := l.Verifier.Verify(rawQuery, now)
	if err != nil {
		l.noteRefusal(ctx, a, b, err, now)
		return Outcome{Identity: a.Identity}, err
	}
	current, err := l.Sessions.Peek(ctx, b.Token)
	if err != nil {
		return Outcome{Identity: a.Identity}, err
	}
	vouched := b.Attempt.vouchesFor(a.State, now)
	next, _ := LocalPath(a.Next)
	if vouched && b.Attempt.Next != "" {
		next = b.Attempt.Next // Ours, while the link's is anybody's.
	}
	arrived := arrival{assertion: a, browser: b, next: next, current: current, now: now}
	if l.mustConfirm(arrived, vouched) {
		return l.confirmFirst(ctx, arrived)
	}
	method := users.MethodButton
	if vouched {
		method = users.MethodAttempt
	}
	outcome, err := l.signIn(ctx, arrived, method)
	if err == nil && vouched && outcome.Step == SignedIn {
		outcome.Approval = b.Attempt.approve(a.Identity, current, outcome.Session)
	}
	return outcome, err
}

// Confirm handles the answer to the confirm page: everything is checked again.
// It refuses as [Login.Arrive] does, and with [ErrNothingPending].
func (l *Login) Confirm(ctx context.Context, p Pending, id string, b Browser) (Outcome, error) {
	now := l.Now()
	if !p.answeredBy(id, now) {
		return Outcome{}, ErrNothingPending
	}
	a, err := l.Verifier.VerifyText(p.Text, now)
	if err != nil {
		l.noteRefusal(ctx, a, b, err, now)
		return Outcome{}, err
	}
	current, err := l.Sessions.Peek(ctx, b.Token)
	if err != nil {
		return Outcome{}, err
	}
	arrived := arrival{assertion: a, browser: b, next: p.Next, current: current, now: now}
	return l.signIn(ctx, arrived, users.MethodConfirmed)
}

// arrival is a verified link and the browser that brought it.
type arrival struct {
	assertion Assertion
	browser   Browser
	next      string        // Where to go, when signed in: a local path, or empty.
	current   users.Session // Who is signed in now; zero for nobody.
	now       time.Time
}

// mustConfirm holds R7: the signature says who pressed a button, not that the
// person at this browser did (T01).
func (l *Login) mustConfirm(a arrival, vouched bool) bool {
	someoneElse := !a.current.IsNobody() && a.current.Account.TelegramID != a.assertion.Identity.TelegramID
	if someoneElse {
		return true
	}
	return !vouched && (l.AlwaysConfirm || a.browser.FromOtherSite)
}

func (l *Login) confirmFirst(ctx context.Context, a arrival) (Outcome, error) {
	used, err := l.Users.LinkUsed(ctx, a.assertion.MAC)
	if err != nil {
		return Outcome{}, err
	}
	if used { // Used beats confirm (R5).
		return l.alreadyUsed(ctx, a)
	}
	return Outcome{
		Step:     ConfirmFirst,
		Identity: a.assertion.Identity,
		Pending:  newPending(a.assertion, a.next, a.now),
		Current:  a.current,
	}, nil
}

func (l *Login) signIn(ctx context.Context, a arrival, method users.SignInMethod) (Outcome, error) {
	identity := a.assertion.Identity
	token, session := l.Sessions.start(a.now)
	in := users.SignIn{
		TelegramID:   identity.TelegramID,
		Profile:      identity.Profile,
		AuthDate:     identity.AuthDate,
		LinkMAC:      a.assertion.MAC,
		LinkKeptTill: identity.AuthDate.Add(MaxAgeCeiling + FutureTolerance),
		Session:      session,
		Device:       a.browser.Device,
		Method:       method,
		At:           a.now,
	}
	if !a.current.IsNobody() {
		in.Presented = a.browser.Token.Hash()
	}
	started, err := l.Users.SignIn(ctx, in)
	if errors.Is(err, users.ErrLinkUsed) {
		return l.alreadyUsed(ctx, a)
	}
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{
		Step: SignedIn, Identity: identity, Next: a.next, Token: token, Session: started.Session, Evicted: started.Evicted,
	}, nil
}

// alreadyUsed is R5: harmless for whom the link signed in, refused elsewhere.
func (l *Login) alreadyUsed(ctx context.Context, a arrival) (Outcome, error) {
	if a.current.Account.TelegramID == a.assertion.Identity.TelegramID {
		return Outcome{Step: AlreadySignedIn, Identity: a.assertion.Identity, Next: a.next, Session: a.current}, nil
	}
	l.noteRefusal(ctx, a.assertion, a.browser, users.ErrLinkUsed, a.now)
	return Outcome{Identity: a.assertion.Identity, Current: a.current}, users.ErrLinkUsed
}

// noteTimeout is how long a refusal waits at most for being noted.
const noteTimeout = time.Second

// noteRefusal tells the person that a link of theirs was refused: if it was not
// they who opened it, somebody has found it (T03). Only of an authentic link is
// known whose it is. The refusal stands, whether it can be noted or not; and it is
// noted also if the visitor hangs up, since whoever found the link would.
func (l *Login) noteRefusal(ctx context.Context, a Assertion, b Browser, refusal error, now time.Time) {
	note := users.LinkRefusal{TelegramID: a.Identity.TelegramID, Device: b.Device, At: now}
	switch {
	case errors.Is(refusal, ErrExpired):
		note.Reason = "expired"
	case errors.Is(refusal, ErrFromFuture):
		note.Reason = "from_future"
	case errors.Is(refusal, users.ErrLinkUsed):
		note.Reason = "link_used"
	default:
		return // Not authentic: it says nothing about anybody.
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTimeout)
	defer cancel()
	err := l.Users.NoteLinkRefused(ctx, note)
	if err != nil {
		l.Log.WarnContext(ctx, "refused link not noted", slog.String("error", err.Error()))
	}
}
