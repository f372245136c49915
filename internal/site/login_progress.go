package site

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/users"
)

// loginProgress is what the login cookie carries: where one login stands. An
// attempt becomes a greeting, with or without a pending login between them, and
// the first page that is shown then takes it away. An attempt that was to prove
// something becomes an approval (T27), and that the account of what was removed.
// At most one is set.
type loginProgress struct {
	attempt  auth.Attempt
	pending  auth.Pending
	greeting bool // Signed in, and no page has said so yet (R7).
	approval auth.Approval
	removed  *users.Deleted // What went with the account; nil for none.
}

// The words that a cookie's content begins with.
const (
	attemptKind  = "attempt"
	pendingKind  = "pending"
	greetingKind = "greeting"
	approvalKind = "approval"
	removedKind  = "removed"
)

// separator stands in no part: states and ids are base64url, purposes are words of
// ours, a local path and a signed field hold no control character.
const separator = "\x00"

func (p loginProgress) encode() []byte {
	var parts []string
	switch {
	case p.attempt.State != "":
		parts = []string{
			attemptKind, unix(p.attempt.StartedAt), p.attempt.State, p.attempt.Next,
			string(p.attempt.Purpose), p.attempt.SessionID.String(),
		}
	case p.pending.ID != "":
		parts = []string{pendingKind, unix(p.pending.ShownAt), p.pending.ID, p.pending.Next, p.pending.Text}
	case p.greeting:
		parts = []string{greetingKind}
	case p.approval.Purpose != "":
		parts = []string{approvalKind, unix(p.approval.At), string(p.approval.Purpose), p.approval.SessionID.String()}
	case p.removed != nil:
		parts = []string{removedKind}
		for _, n := range removedCounts(p.removed) {
			parts = append(parts, strconv.FormatInt(*n, 10))
		}
	default:
		return nil
	}
	return []byte(strings.Join(parts, separator))
}

func decodeLoginProgress(content []byte) loginProgress {
	parts := strings.Split(string(content), separator)
	switch {
	case parts[0] == attemptKind && len(parts) == 6:
		return loginProgress{attempt: auth.Attempt{
			StartedAt: fromUnix(parts[1]), State: parts[2], Next: parts[3],
			Purpose: auth.Purpose(parts[4]), SessionID: sessionID(parts[5]),
		}}
	case parts[0] == pendingKind && len(parts) == 5:
		return loginProgress{pending: auth.Pending{ShownAt: fromUnix(parts[1]), ID: parts[2], Next: parts[3], Text: parts[4]}}
	case parts[0] == greetingKind && len(parts) == 1:
		return loginProgress{greeting: true}
	case parts[0] == approvalKind && len(parts) == 4:
		return loginProgress{approval: auth.Approval{
			At: fromUnix(parts[1]), Purpose: auth.Purpose(parts[2]), SessionID: sessionID(parts[3]),
		}}
	case parts[0] == removedKind:
		return loginProgress{removed: decodeRemoved(parts[1:])}
	}
	return loginProgress{}
}

// removedCounts are the numbers that the page after a deletion tells, in the
// order of the cookie.
func removedCounts(d *users.Deleted) []*int64 {
	return []*int64{&d.Sessions, &d.Activity, &d.Messages, &d.WriteAccess}
}

func decodeRemoved(parts []string) *users.Deleted {
	removed := &users.Deleted{}
	counts := removedCounts(removed)
	if len(parts) != len(counts) {
		return nil
	}
	for i, part := range parts {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil
		}
		*counts[i] = n
	}
	return removed
}

// sessionID returns the zero id, which no session has, for what is none.
func sessionID(s string) users.SessionID {
	id, err := users.ParseSessionID(s)
	if err != nil {
		return users.SessionID{}
	}
	return id
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// fromUnix returns the zero time, and so an expired one, for what is no number.
func fromUnix(s string) time.Time {
	seconds, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

func (k *cookies) progress(r *http.Request) loginProgress {
	return decodeLoginProgress(read(k.login, r, k.loginName))
}

// setProgress replaces what the login cookie carries; the zero value removes it.
func (s *Site) setProgress(c *gin.Context, p loginProgress) error {
	knownOf(c).progressSet = true
	return write(s.cookies.login, c.Request, c.Writer, s.cookies.loginName, p.encode())
}

// takeGreeting reports whether this page is the first one after a sign-in, and
// if so, makes it the last one that says so. A page that nobody sees, such as
// the answer to a browser's search for an icon, leaves it for the next one.
func (s *Site) takeGreeting(c *gin.Context) bool {
	dest := c.GetHeader("Sec-Fetch-Dest")
	seen := c.Request.Method != http.MethodHead && (dest == "" || dest == "document")
	if !seen || !s.cookies.progress(c.Request).greeting {
		return false
	}
	if knownOf(c).progressSet {
		return true // The handler has replaced the cookie already.
	}
	return s.setProgress(c, loginProgress{}) == nil
}
