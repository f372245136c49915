package site_test

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// eventsOf returns the events in the log, each with what belongs to it, such as
// "authn_login_fail expired".
func eventsOf(t *testing.T, w *world) []string {
	t.Helper()
	requests := map[any]bool{}
	for _, line := range logLines(t, w, "request") {
		requests[line["request_id"]] = true
	}
	var events []string
	for _, line := range logLines(t, w, "security event") {
		var words []string
		for _, key := range []string{"event", "reason", "purpose", "method"} {
			if word, ok := line[key].(string); ok {
				words = append(words, word)
			}
		}
		events = append(events, strings.Join(words, " "))
		if !requests[line["request_id"]] || line["client_ip"] != "127.0.0.1" || line["level"] != "INFO" {
			t.Errorf("the event belongs to no request: %v", line)
		}
	}
	return events
}

func TestSecurityEvents_eachHasItsWordAndItsLine(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for name, test := range map[string]struct {
		act  func(*world, *browser)
		want []string
	}{
		"a login": {
			func(_ *world, b *browser) { b.signIn(anna) },
			[]string{"authn_login_success button"},
		},
		"a link twice": {
			func(w *world, b *browser) {
				b.arrive(w.query(anna, 0))
				w.newBrowser().arrive(w.query(anna, 0))
			},
			[]string{"authn_login_success button", "authn_login_fail link_used"},
		},
		"an old link": {
			func(w *world, b *browser) { b.arrive(w.query(anna, time.Hour)) },
			[]string{"authn_login_fail expired"},
		},
		"half a link": {
			func(_ *world, b *browser) { b.get("/login/telegram?id=42") },
			[]string{"authn_login_fail malformed:incomplete"},
		},
		"who declined": {
			func(_ *world, b *browser) { b.get("/login/telegram") },
			nil,
		},
		"a log-out, and another for nothing": {
			func(_ *world, b *browser) {
				b.signIn(anna)
				b.post("/logout", nil)
				b.post("/logout", nil)
			},
			[]string{"authn_login_success button", "authn_logout"},
		},
		"the end of other sessions": {
			func(w *world, b *browser) {
				w.newBrowser().signIn(anna)
				b.signIn(anna)
				b.post("/account/sessions/end-others", nil)
			},
			[]string{"authn_login_success button", "authn_login_success button", "authn_sessions_ended"},
		},
		"a download and the switch": {
			func(_ *world, b *browser) {
				b.signIn(anna)
				b.post("/account/data/download", nil)
				b.post("/account/notifications", url.Values{"on": {"0"}})
			},
			[]string{"authn_login_success button", "sensitive_export", "notifications_changed"},
		},
		"a deletion": {
			func(_ *world, b *browser) {
				b.signIn(anna)
				b.prove(anna, b.startDeletion())
				b.post("/account/delete", nil)
			},
			[]string{"authn_login_success button", "authn_login_success attempt", "authn_step_up_success delete_account", "user_deleted"},
		},
		"a form of another site": {
			func(_ *world, b *browser) {
				b.send(http.MethodPost, "/logout", http.Header{"Sec-Fetch-Site": {"cross-site"}}, nil)
			},
			[]string{"malicious_cross_origin cross_origin"},
		},
		"too many downloads": {
			func(_ *world, b *browser) {
				b.signIn(anna)
				for range 6 {
					b.post("/account/data/download", nil)
				}
			},
			[]string{
				"authn_login_success button", "sensitive_export", "sensitive_export", "sensitive_export", "sensitive_export",
				"sensitive_export", "excess_rate_limit_exceeded rate_limited",
			},
		},
		"an update without the secret": {
			func(w *world, _ *browser) { w.bring(nil, strings.NewReader("{}")) },
			[]string{"webhook_authn_fail webhook_secret"},
		},
	} {
		w := newWorld(t)
		test.act(w, w.newBrowser())
		got := eventsOf(t, w)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		for _, event := range got {
			word, _, _ := strings.Cut(event, " ")
			seen[word] = true
		}
		for _, line := range logLines(t, w, "security event") {
			for key, value := range line {
				if text, ok := value.(string); ok && strings.Contains(text, anna.name) {
					t.Errorf("%s: %s holds what the visitor is called", name, key)
				}
			}
		}
	}
	for _, word := range vocabulary(t) {
		if !seen[word] {
			t.Errorf("no test sees the event %s", word)
		}
	}
}

// vocabulary returns the events that the code has.
func vocabulary(t *testing.T) []string {
	t.Helper()
	source, err := os.ReadFile("security_event.go")
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, found := range regexp.MustCompile(`securityEvent = "([a-z_]+)"`).FindAllSubmatch(source, -1) {
		words = append(words, string(found[1]))
	}
	if len(words) == 0 {
		t.Fatal("no vocabulary found")
	}
	return words
}

// The runbooks and whoever searches the log rely on these words.
func TestSecurityEvents_areExplained(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range vocabulary(t) {
		if !strings.Contains(string(text), "`"+word+"`") {
			t.Errorf("docs/operations.md does not explain %s", word)
		}
	}
}
