package runbooks_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// The clock of a machine cannot be moved by a test; what the operator is told to
// look at can be looked at.
func TestClockSkew_showsBothClocksAndTheAgeOfLinks(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	token := m.read(t, "telegram_bot_token")[0]
	m.signedIn(t, anna)
	for _, at := range []time.Time{time.Now().Add(-time.Hour), time.Now().Add(time.Hour)} {
		if status := m.newVisitor(t).open(t, signLink(token, boris, at)); status == http.StatusSeeOther {
			t.Errorf("a link of %s is let in", at)
		}
	}
	await(t, "Telegram's clock", func() bool {
		_, page := get(t, http.DefaultClient, "http://127.0.0.1:1"+m.ports[0]+"/metrics")
		return strings.Contains(page, `tgl_clock_skew_seconds{against="telegram"}`)
	})

	printed := m.carryOut(t, "Clock skew", "", nil)

	mustSay(t, "the runbook", printed[0],
		`tgl_clock_skew_seconds{against="telegram"} `, `tgl_clock_skew_seconds{against="database"} `,
		`reason="expired"`, `reason="from_future"`, "tgl_assertion_age_seconds_sum", "agrees with Telegram's",
		time.Now().UTC().Format("2006"))
}
