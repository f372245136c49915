package site

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/auth"
)

// loginProgress is what the login cookie carries: where one login stands. An
// attempt becomes a greeting, with or without a pending login between them, and
// the first page that is shown then takes it away. At most one is set.
type loginProgress struct {
	attempt  auth.Attempt
	pending  auth.Pending
	greeting bool // Signed in, and no page has said so yet (R7).
}

// The words that a cookie's content begins with.
const (
	attemptKind  = "attempt"
	pendingKind  = "pending"
	greetingKind = "greeting"
)

// separator stands in no part: states and ids are base64url, a local path and a
// signed field hold no control character.
const separator = "\x00"

func (p loginProgress) encode() []byte {
	var parts []string
	switch {
	case p.attempt.State != "":
		parts = []string{attemptKind, unix(p.attempt.StartedAt), p.attempt.State, p.attempt.Next}
	case p.pending.ID != "":
		parts = []string{pendingKind, unix(p.pending.ShownAt), p.pending.ID, p.pending.Next, p.pending.Text}
	case p.greeting:
		parts = []string{greetingKind}
	default:
		return nil
	}
	return []byte(strings.Join(parts, separator))
}

func decodeLoginProgress(content []byte) loginProgress {
	parts := strings.Split(string(content), separator)
	switch {
	case parts[0] == attemptKind && len(parts) == 4:
		return loginProgress{attempt: auth.Attempt{StartedAt: fromUnix(parts[1]), State: parts[2], Next: parts[3]}}
	case parts[0] == pendingKind && len(parts) == 5:
		return loginProgress{pending: auth.Pending{ShownAt: fromUnix(parts[1]), ID: parts[2], Next: parts[3], Text: parts[4]}}
	case parts[0] == greetingKind && len(parts) == 1:
		return loginProgress{greeting: true}
	}
	return loginProgress{}
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

const progressSetKey = "login cookie set"

// setProgress replaces what the login cookie carries; the zero value removes it.
func (s *Site) setProgress(c *gin.Context, p loginProgress) error {
	c.Set(progressSetKey, true)
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
	if c.GetBool(progressSetKey) {
		return true // The handler has replaced the cookie already.
	}
	return s.setProgress(c, loginProgress{}) == nil
}
