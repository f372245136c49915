package auth

import "time"

// PendingLifetime is how long the confirm page may be answered at most: the link
// itself has to be young enough still when the answer comes.
const PendingLifetime = 5 * time.Minute

// Pending is a verified link that waits for the person to say yes (R7). It
// rides in an encrypted cookie and is verified again when the answer comes, so
// showing the page writes nothing and uses nothing up.
type Pending struct {
	// ID stands in the form as well. Without it, a second link that arrives
	// meanwhile would change whom the button of the first page signs in.
	ID      string
	Text    string // The assertion, for [Verifier.VerifyText].
	Next    string // Where to go after the login: a local path, or empty.
	ShownAt time.Time
}

func newPending(a Assertion, next string, now time.Time) Pending {
	return Pending{ID: secret(16), Text: a.Text(), Next: next, ShownAt: now}
}

// answeredBy reports whether the form with this id belongs to this pending
// login, at this moment.
func (p Pending) answeredBy(id string, now time.Time) bool {
	return isAnswer(p.ID, id, now.Sub(p.ShownAt), PendingLifetime)
}
