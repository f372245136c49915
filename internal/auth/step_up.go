package auth

import (
	"time"

	"example.com/telegram-login/internal/users"
)

// Purpose is what a fresh login is asked for, beyond being signed in. A proof for
// one purpose is none for another (T27, ASVS 7.5.1).
type Purpose string

// DeleteAccount is the purpose of deleting one's account.
const DeleteAccount Purpose = "delete_account"

// ApprovalLifetime is how old the login may be that a person proved themselves
// with.
const ApprovalLifetime = 10 * time.Minute

// Approval is what a fresh login, made for one purpose, allows. It rides in an
// encrypted cookie. The zero Approval allows nothing.
type Approval struct {
	Purpose   Purpose
	SessionID users.SessionID // The session that the login started.
	At        time.Time       // When Telegram said who it is: auth_date.
}

// NewStepUp starts an attempt whose login shall be an [Approval]: with it, the
// person in this session proves once more who they are. Next is where to go
// afterwards.
func NewStepUp(p Purpose, session users.Session, next string, now time.Time) Attempt {
	attempt := NewAttempt(next, now)
	attempt.Purpose, attempt.SessionID = p, session.ID
	return attempt
}

// approve returns what a login allows that came out of this attempt: nothing,
// unless the attempt was made for a purpose, by the session that this browser
// came with, of the same person, and Telegram has spoken since. A link from
// before was no answer to the question.
func (a Attempt) approve(i Identity, current, started users.Session) Approval {
	if a.Purpose == "" || current.IsNobody() || a.SessionID != current.ID ||
		current.Account.TelegramID != i.TelegramID || i.AuthDate.Before(a.StartedAt.Truncate(time.Second)) {
		return Approval{}
	}
	return Approval{Purpose: a.Purpose, SessionID: started.ID, At: i.AuthDate}
}

// Permits reports whether the approval is for this purpose, of this session, and
// recent.
func (a Approval) Permits(p Purpose, session users.Session, now time.Time) bool {
	age := now.Sub(a.At)
	return p != "" && a.Purpose == p && !session.IsNobody() && a.SessionID == session.ID &&
		age >= -FutureTolerance && age <= ApprovalLifetime
}
