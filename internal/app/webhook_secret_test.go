package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/users"
)

// A secret is replaced while the bot goes on (T23): of two, Telegram is given the
// first one, and both are taken.
func TestRun_setsTheFirstWebhookSecretAtTelegram(t *testing.T) {
	t.Parallel()
	const next = "tests_only-the-next-secret"
	c := newCrowd(t, 1, pgtest.New(t))
	cfg := crowdConfig(t, c, app.UpdatesWebhook)
	cfg.WebhookSecrets = []string{next, webhookSecret}
	behind := cfg.PublicURL
	var shown atomic.Value
	cfg.PublicURL = front(t, behind, func(r *http.Request) { shown.Store(r.Header.Get("X-Telegram-Bot-Api-Secret-Token")) })
	start(t, cfg)
	await(t, time.Minute, "the webhook", func() bool { return c.webhook(t) != "" })

	c.say(t, 0, "hello")

	await(t, time.Minute, "the update", func() bool { return c.writeAccess(t, 0) == users.WriteAccessAllowed })
	if shown.Load() != next {
		t.Errorf("Telegram shows the secret %q", shown.Load())
	}
	handOn(t, behind.String(), []byte(`{"update_id": 1}`)) // From a program that has the old one still.
}

// front is an address before a site, at which each request is looked at.
func front(t *testing.T, behind *url.URL, look func(*http.Request)) *url.URL {
	t.Helper()
	server := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		look(r.In)
		r.SetURL(behind)
	}})
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &url.URL{Scheme: "http", Host: "localhost:" + address.Port()}
}
