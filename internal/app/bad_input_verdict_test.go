package app_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// tried is a case that was sent, and what came back.
type tried struct {
	badCase
	answers []reply
	ids     []string // What the log calls each request; empty for one that did not reach the site.
}

// check compares what came back with the verdict.
func (c tried) check(t *testing.T) {
	t.Helper()
	var got []int
	for _, a := range c.answers {
		got = append(got, a.StatusCode)
	}
	if !slices.Equal(got, c.Status) {
		t.Errorf("%s: answered %v, want %v", c.Name, got, c.Status)
		return
	}
	if len(got) == 0 {
		return
	}
	last := c.answers[len(c.answers)-1]
	if signedIn := sessionCookie(last.Cookies()) != nil; signedIn != c.SignsIn {
		t.Errorf("%s: signs in = %t, want %t", c.Name, signedIn, c.SignsIn)
	}
	if location := last.Header.Get("Location"); c.Location != "" && location != c.Location {
		t.Errorf("%s: leads to %q, want %q", c.Name, location, c.Location)
	}
	if refusal := last.Header.Get("X-Refusal"); refusal != refusalHeader(c.Reason) {
		t.Errorf("%s: X-Refusal is %q, want %q", c.Name, refusal, refusalHeader(c.Reason))
	}
	if bySite := last.Header.Get("X-Request-Id") != ""; bySite == c.ByServer {
		t.Errorf("%s: reached the site = %t, want %t", c.Name, bySite, !c.ByServer)
	}
	for i, a := range c.answers {
		if c.ids[i] != "" && a.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: answer %d lacks the security headers", c.Name, i+1)
		}
		if c.Absent != "" && strings.Contains(fmt.Sprint(a.Header, a.body), c.Absent) {
			t.Errorf("%s: the answer holds %q: %v", c.Name, c.Absent, a.Header)
		}
	}
}

// logLine is what of a line is of interest here.
type logLine struct {
	Level     string `json:"level"`
	Msg       string `json:"msg"`
	RequestID string `json:"request_id"`
	Status    int    `json:"status"`
	Reason    string `json:"reason"`
	ClientIP  string `json:"client_ip"`
}

// mustBeLogged finds the line of each case: it names the reason of the verdict.
func mustBeLogged(t *testing.T, log string, all []tried) {
	t.Helper()
	lines := map[string]logLine{}
	for text := range strings.Lines(log) {
		var line logLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("the log has a line that is no JSON: %q", text)
		}
		if line.Level == "ERROR" {
			t.Errorf("bad input is an error of ours: %s", text)
		}
		if line.Msg != "request" {
			continue
		}
		if line.Reason != "" && !slices.Contains(badReasons, line.Reason) {
			t.Errorf("not a reason: %s", text)
		}
		lines[line.RequestID] = line
	}
	for _, c := range all {
		for i, id := range c.ids {
			if id == "" {
				continue
			}
			line, found := lines[id]
			if !found || line.Status != c.answers[i].StatusCode {
				t.Errorf("%s: answer %d has the log line %+v", c.Name, i+1, line)
			}
			if i != len(c.ids)-1 {
				continue
			}
			if line.Reason != c.Reason {
				t.Errorf("%s: the log says %q, want %q", c.Name, line.Reason, c.Reason)
			}
			if c.ClientIP != "" && line.ClientIP != c.ClientIP {
				t.Errorf("%s: the log says client %s, want %s", c.Name, line.ClientIP, c.ClientIP)
			}
		}
	}
}

// attackWords mark what is bad in the files; the log repeats nothing of it.
var attackWords = regexp.MustCompile(`(?i)evil|<script|onerror|drop table|union select|/etc/passwd|[0-9a-f]{64}`)

// mustNotLeak finds no secret in the log, and nothing that came with a case
// (R12, T17).
func (b *besieged) mustNotLeak(t *testing.T, v honestVisitor, log string) {
	t.Helper()
	secrets := map[string]string{
		"bot token": botToken, "key of the token": botToken[strings.Index(botToken, ":")+1:],
		"session key": string(b.cfg.SessionKeys[0]), "webhook secret": badWebhookSecret,
		"session cookie": v.session, "login cookie": v.login, "state": v.state, "pending": v.pendingID,
		"address of the database": b.cfg.DatabaseURL,
	}
	for what, secret := range secrets {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds the %s", what)
		}
	}
	if found := attackWords.FindString(log); found != "" {
		at := strings.Index(log, found)
		t.Errorf("the log repeats %q: %s", found, log[max(0, at-200):min(len(log), at+200)])
	}
}
