package site_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/site"
)

// logLines returns the lines of the log with this message.
func logLines(t *testing.T, w *world, message string) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for text := range strings.Lines(w.log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("no JSON object: %q", text)
		}
		if line["msg"] == message {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestLog_hasOneLineForEachRequestByRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, test := range everyAnswer {
		w.newBrowser().send(test.method, test.path, test.header, nil)
	}
	lines := logLines(t, w, "request")
	if len(lines) != len(everyAnswer) {
		t.Errorf("%d lines for %d requests", len(lines), len(everyAnswer))
	}
	routes := map[any]bool{}
	for _, line := range lines {
		routes[line["route"]] = true
		if line["request_id"] == "" || line["status"] == 0.0 {
			t.Errorf("line %v", line)
		}
	}
	for _, route := range []string{"/", "/login/telegram", "/static/:file", "(none)"} {
		if !routes[route] {
			t.Errorf("no line for route %s among %v", route, routes)
		}
	}
}

// Anybody can write an X-Forwarded-For.
func TestLog_believesTheListedProxiesOnly(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		proxies []string
		want    string
	}{
		"nobody":     {nil, "127.0.0.1"},
		"others":     {[]string{"10.0.0.0/8"}, "127.0.0.1"},
		"this proxy": {[]string{"127.0.0.0/8"}, "198.51.100.7"},
	} {
		w := newWorld(t, func(c *site.Config, _ *auth.Login) { c.TrustedProxies = test.proxies })
		w.newBrowser().send(http.MethodGet, "/livez", http.Header{"X-Forwarded-For": {"198.51.100.7"}}, nil)
		if got := logLines(t, w, "request")[0]["client_ip"]; got != test.want {
			t.Errorf("%s is trusted: client %v, want %s", name, got, test.want)
		}
		w.newBrowser().send(http.MethodGet, "/livez", http.Header{"X-Real-Ip": {"198.51.100.7"}}, nil)
		if got := logLines(t, w, "request")[1]["client_ip"]; got != "127.0.0.1" {
			t.Errorf("%s is trusted: client %v by a header that no proxy was asked for", name, got)
		}
	}
}

// Behind a proxy that was not named, who fails at the login locks everybody out.
func TestLog_warnsOnceOfAProxyThatIsNotTrusted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		proxies []string
		header  http.Header
		want    int
	}{
		"a proxy that was not named": {nil, http.Header{"X-Forwarded-For": {"198.51.100.7"}}, 1},
		"no proxy":                   {nil, nil, 0},
		"a proxy that was named":     {[]string{"127.0.0.0/8"}, http.Header{"X-Forwarded-For": {"198.51.100.7"}}, 0},
	} {
		w := newWorld(t, func(c *site.Config, _ *auth.Login) { c.TrustedProxies = test.proxies })
		for range 3 {
			w.newBrowser().send(http.MethodGet, "/livez", test.header, nil)
		}
		if got := strings.Count(w.log.String(), "TRUSTED_PROXIES"); got != test.want {
			t.Errorf("%s: %d warnings, want %d", name, got, test.want)
		}
	}
}

func TestLog_namesTheReasonAndTheDiagnosis(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.get("/login/telegram?id=1&id=2")
	forged := w.query(anna, 0)
	forged.Set("last_name", "")
	b.arrive(forged)
	b.get("/account")
	lines := logLines(t, w, "request")
	if lines[0]["reason"] != "malformed:repeated_field" {
		t.Errorf("reason %v", lines[0]["reason"])
	}
	if lines[1]["reason"] != "bad_signature" || lines[1]["diagnosis"] != "field_added" {
		t.Errorf("reason %v, diagnosis %v", lines[1]["reason"], lines[1]["diagnosis"])
	}
	if lines[2]["reason"] != "sign_in_needed" {
		t.Errorf("reason %v", lines[2]["reason"])
	}
	for _, line := range lines {
		if line["level"] != "INFO" {
			t.Errorf("a refusal must not wake the operator: %v", line)
		}
	}
}

// A page's request id finds the line with the whole error, and the page has
// nothing of it.
func TestInternalError_isGenericOnThePageAndWholeInTheLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	if _, err := w.db.Exec(t.Context(), "ALTER TABLE sessions RENAME TO lost"); err != nil {
		t.Fatal(err)
	}
	page := b.get("/account")
	if page.StatusCode != http.StatusInternalServerError || strings.Contains(page.body, "sessions") {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	lines := logLines(t, w, "request")
	last := lines[len(lines)-1]
	if !strings.Contains(page.body, last["request_id"].(string)) || !strings.Contains(last["error"].(string), `relation "sessions" does not exist`) || last["level"] != "ERROR" {
		t.Errorf("line %v", last)
	}
}

func TestLog_ofAWholeRunHoldsNoSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	var pages strings.Builder
	secrets := []string{botToken, strings.Split(botToken, ":")[1], string(sessionKey), "canary-next", "Canary-Name-In-A-Link"}
	keep := func(a answer) { pages.WriteString(a.body) }

	state := b.startAttempt("/canary-next")
	query := w.query(person{42, "Canary-Name-In-A-Link"}, 0)
	query.Set("state", state)
	secrets = append(secrets, query.Get("hash"), state)
	keep(b.arrive(query))
	secrets = append(secrets, b.cookie("session"), b.cookie("login"))
	keep(b.arrive(query))
	keep(w.newBrowser().arrive(query))
	query.Set("id", "43")
	keep(b.arrive(query))
	w.pass(10 * time.Minute)
	keep(b.arrive(query))
	keep(b.get("/account?hash=" + query.Get("hash")))
	keep(b.get("/nowhere?hash=" + query.Get("hash")))
	form := askedToConfirm(w, b, boris)
	secrets = append(secrets, b.cookie("login"))
	keep(b.post("/login/confirm", form))
	keep(b.post("/logout", nil))
	w.db.Close()
	keep(b.arrive(w.query(anna, 0)))

	for _, secret := range secrets {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	for _, secret := range []string{botToken, query.Get("hash"), string(sessionKey)} {
		if strings.Contains(pages.String(), secret) {
			t.Errorf("a page holds %q", secret)
		}
	}
}

// safeBuffer takes a log from many goroutines.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
