package telegramsim_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

func TestGuard_answersOnlyToKnownHostNames(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.PublicURL = "http://telegram.test:8081"
	cfg.Hosts = []string{"telegram"}
	s := start(t, cfg)
	for host, want := range map[string]int{
		"localhost:8081": 200, "127.0.0.1": 200, "[::1]:8081": 200, "LOCALHOST": 200, "127.8.9.1:1": 200,
		"telegram:8081": 200, "telegram.test": 200,
		"evil.example": 403, "evil.example:8081": 403, "localhost.evil.example": 403, "10.0.0.1": 403, "telegram.evil": 403,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/bot"+token+"/getMe", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		if a := s.send(r); a.status != want {
			t.Errorf("%s: %d, want %d", host, a.status, want)
		}
	}
}

func TestGuard_refusesFormsOfOtherSites(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	for site, want := range map[string]int{"cross-site": 403, "same-site": 403, "same-origin": 303} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/control", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Sec-Fetch-Site", site)
		if a := s.send(r); a.status != want {
			t.Errorf("%s: %d, want %d", site, a.status, want)
		}
	}
}

func TestEveryAnswer_saysThatThisIsNotTelegram(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	for _, path := range []string{
		"/" + peer, "/control", "/livez", "/static/chat.css", "/static/chat.js", "/client/people",
		"/bot1:x/getMe", "/nothing/here", "/static/none",
	} {
		a := s.do("GET", path, nil)
		policy := a.header.Get("Content-Security-Policy")
		if a.header.Get("X-Stand-In") != "not Telegram" || a.header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") ||
			strings.Contains(policy, "form-action") {
			t.Errorf("%s: %v", path, a.header)
		}
		if a.header.Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie", path)
		}
		if strings.Contains(a.body, "<style") || strings.Contains(a.body, "style=") || strings.Contains(a.body, "onclick") {
			t.Errorf("%s has something inline", path)
		}
	}
	if a := s.do("GET", "/livez", nil); a.status != http.StatusOK {
		t.Errorf("/livez: %d", a.status)
	}
}

func TestLogs_holdNoCookieTokenOrSignature(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	cfg := config()
	cfg.Log = slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := start(t, cfg)
	hash := signed(t, s.accept(anna, s.offer(anna, site, true), true)).Get("hash")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/"+peer+"?start=payload-77", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", "session=cookie-88")
	page := s.send(r).body
	s.stop()
	for _, secret := range []string{"AAStand", hash, "payload-77", "cookie-88"} {
		if strings.Contains(lines.String(), secret) {
			t.Errorf("%s is in the log", secret)
		}
	}
	if strings.Contains(page, "cookie-88") || !strings.Contains(lines.String(), "route=") {
		t.Error("the cookie is on the page, or nothing was logged")
	}
}

func TestNew_reportsAllProblemsAtOnceAndNoToken(t *testing.T) {
	t.Parallel()
	_, err := telegramsim.New(telegramsim.Config{
		Bots:      []telegramsim.Bot{{Token: "secret token", Username: "name", Domain: "http://localhost"}},
		PublicURL: "localhost:8081/path",
		Hosts:     []string{"telegram:8081"},
		People:    []telegramsim.Person{{ID: 1}, {ID: 1}, {ID: 1 << 52}},

		WebhookRetry: -1,
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{
		"token must", "username", "a name", "domain", "public URL", `host "telegram:8081"`,
		"person 1:", "person 4503599627370496:", "Now", "Log", "WebhookRetry",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("nothing about %s in %q", part, err)
		}
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the token is in %q", err)
	}
	if _, err = telegramsim.New(telegramsim.Config{Now: time.Now}); !strings.Contains(err.Error(), "at least one bot") {
		t.Errorf("without bots: %v", err)
	}
	twice := config()
	twice.Bots = append(twice.Bots, twice.Bots[0])
	if _, err = telegramsim.New(twice); err == nil {
		t.Error("the same bot twice was accepted")
	}
}
