package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"time"

	"example.com/telegram-login/internal/users"
)

// AttemptLifetime is how long a login that was started on our page vouches for
// the link that comes back (ASVS 6.5.5: at most ten minutes).
const AttemptLifetime = 10 * time.Minute

// Attempt is a login that this browser started on our own page. It rides in a
// cookie; its state travels to the chat and comes back with the signed link, so
// that a link with this state belongs to this browser (R7, T01).
type Attempt struct {
	State     string // At most 64 of A-Z a-z 0-9 _ -, as Telegram's start parameter asks.
	Next      string // Where to go after the login: a local path, or empty.
	StartedAt time.Time

	// Purpose is what the login shall prove, and SessionID whose session asked for
	// it; empty and zero for an ordinary login. See [NewStepUp].
	Purpose   Purpose
	SessionID users.SessionID
}

// NewAttempt starts an attempt with a fresh random state. A next that is no
// local path is dropped.
func NewAttempt(next string, now time.Time) Attempt {
	next, _ = LocalPath(next)
	return Attempt{State: secret(32), Next: next, StartedAt: now}
}

// vouchesFor reports whether a link that carries this state came out of this
// attempt, at this moment.
func (a Attempt) vouchesFor(state string, now time.Time) bool {
	return isAnswer(a.State, state, now.Sub(a.StartedAt), AttemptLifetime)
}

// secret returns random bytes as text that an address and a form can carry.
func secret(bytes int) string {
	random := make([]byte, bytes)
	_, _ = rand.Read(random) // Never fails, says crypto/rand.
	return base64.RawURLEncoding.EncodeToString(random)
}

// isAnswer reports whether a secret that went out came back in time. Nothing is
// never an answer to nothing.
func isAnswer(sent, answer string, age, lifetime time.Duration) bool {
	return sent != "" && age >= 0 && age <= lifetime &&
		subtle.ConstantTimeCompare([]byte(sent), []byte(answer)) == 1
}
