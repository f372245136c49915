package metrics

import "time"

// LoginResult says what became of a login.
type LoginResult string

// The results.
const (
	SignedIn        LoginResult = "signed_in"
	AlreadySignedIn LoginResult = "already_signed_in"
	ConfirmShown    LoginResult = "confirm_shown"
	Refused         LoginResult = "refused"
)

// Login counts what became of a login. The reason says why it was refused, and is
// empty else.
func (m *Metrics) Login(result LoginResult, reason string) {
	m.logins.WithLabelValues(string(result), reason).Inc()
}

// AssertionAge notes how old an authentic login link was when it arrived; one from
// the future counts as new.
func (m *Metrics) AssertionAge(age time.Duration) { m.assertionAge.Observe(max(age, 0).Seconds()) }

// SessionEvent says how sessions began or ended.
type SessionEvent string

// The events.
const (
	SessionStarted        SessionEvent = "started"
	SessionLoggedOut      SessionEvent = "logged_out"
	SessionEndedByOwner   SessionEvent = "ended_by_owner"
	SessionOverLimit      SessionEvent = "limit" // The account had too many.
	SessionExpired        SessionEvent = "expired"
	SessionIdle           SessionEvent = "idle"
	SessionAccountDeleted SessionEvent = "account_deleted"
)

// Sessions counts sessions that began or ended.
func (m *Metrics) Sessions(event SessionEvent, n int64) {
	m.sessionEvents.WithLabelValues(string(event)).Add(float64(n))
}

// Download counts somebody who took their data along.
func (m *Metrics) Download() { m.downloads.Inc() }

// AccountDeletion counts an account that was deleted.
func (m *Metrics) AccountDeletion() { m.deletions.Inc() }
