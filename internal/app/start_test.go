package app_test

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/devpg/pgtest"
)

func TestRun_withoutItsDatabaseSaysSoAndShowsNoPassword(t *testing.T) {
	t.Parallel()
	closed, err := url.Parse(closedAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	cfg := config(t, "postgres://site:the-password@"+closed.Host+"/site")
	err = app.Run(t.Context(), cfg)
	if err == nil || !strings.Contains(err.Error(), "opening the database") {
		t.Errorf("Run = %v, want an error that names the database", err)
	}
	if err != nil && strings.Contains(err.Error(), "the-password") {
		t.Errorf("the error shows the password: %v", err)
	}
}

// Otherwise visitors would hang on a port that nobody serves.
func TestRun_closesItsPortWhenTheStartFails(t *testing.T) {
	t.Parallel()
	cfg := config(t, "no address of a database")
	if err := app.Run(t.Context(), cfg); err == nil {
		t.Fatal("Run = nil, want an error")
	}
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", cfg.Listener.Addr().String())
	if err == nil {
		conn.Close()
		t.Error("the port is still open")
	}
}

func TestRun_refusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	tests := map[string]struct {
		spoil func(*app.Config)
		want  string
	}{
		"a token that is none":             {func(c *app.Config) { c.BotTokens = []string{"12345:too-short"} }, "bot token"},
		"tokens of two bots":               {func(c *app.Config) { c.BotTokens = []string{botToken, "2" + botToken} }, "another bot"},
		"no session key":                   {func(c *app.Config) { c.SessionKeys = nil }, "session key"},
		"a short session key":              {func(c *app.Config) { c.SessionKeys = [][]byte{[]byte("short")} }, "session key"},
		"a webhook that anybody may use":   {func(c *app.Config) { c.Updates = app.UpdatesWebhook }, "webhook secret"},
		"updates that anybody may hand on": {func(c *app.Config) { c.Updates = app.UpdatesForwarded }, "webhook secret"},
		"a proxy that is none":             {func(c *app.Config) { c.TrustedProxies = []string{"proxy"} }, "proxies"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config(t, databaseURL)
			test.spoil(&cfg)
			err := app.Run(t.Context(), cfg)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Run = %v, want an error about %q", err, test.want)
			}
			for _, token := range cfg.BotTokens {
				if err != nil && strings.Contains(err.Error(), token) {
					t.Errorf("the error shows the token: %v", err)
				}
			}
		})
	}
}

func TestRun_migratesAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	site := start(t, config(t, pgtest.Empty(t)))
	if got := get(t, browser(t), site.url+"/readyz", nil); got.status != http.StatusOK {
		t.Errorf("/readyz answers %d", got.status)
	}
}

// config has a Bot API where nobody listens.
func TestRun_loginsWorkWithTheBotAPIOutOfReach(t *testing.T) {
	t.Parallel()
	cfg := config(t, pgtest.URL(t))
	cfg.Updates = app.UpdatesPolling
	site := start(t, cfg)
	client := browser(t)
	login := get(t, client, site.url+loginPath(), nil)
	cookie := sessionCookie(login.cookies)
	if login.status != http.StatusSeeOther || cookie == nil {
		t.Fatalf("the login answers %d and starts the session %v", login.status, cookie)
	}
	account := get(t, client, site.url+"/account", http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}})
	if account.status != http.StatusOK || !strings.Contains(account.page, "Anna") {
		t.Errorf("the account page answers %d and does not name the person", account.status)
	}
}
