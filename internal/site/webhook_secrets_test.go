package site_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/site"
)

// A secret is replaced without an update being lost: both count, until the old one
// is taken out (T23).
func TestWebhookSecrets_oldAndNewCountUntilTheOldOneIsTakenOut(t *testing.T) {
	t.Parallel()
	const next, old, older = "tests_only-the-next-secret", webhookSecret, "tests_only-an-older-secret"
	before := newWorld(t)
	for _, test := range []struct {
		secrets []string
		taken   map[string]bool
	}{
		{[]string{old}, map[string]bool{next: false, old: true, older: false}},
		{[]string{next, old}, map[string]bool{next: true, old: true, older: false}},
		{[]string{next}, map[string]bool{next: true, old: false, older: false}},
		{[]string{next, old, older}, map[string]bool{next: true, old: true, older: true, next + "," + old: false, "": false}},
	} {
		w := newWorld(t, sameDatabase(before), func(c *site.Config, _ *auth.Login) { c.WebhookSecrets = test.secrets })
		for secret, taken := range test.taken {
			update := fmt.Sprintf(`{"update_id": %d}`, len(secret))
			got := w.bring(http.Header{site.WebhookSecretHeader: {secret}}, strings.NewReader(update))
			if want := map[bool]int{true: 200, false: 401}[taken]; got.StatusCode != want {
				t.Errorf("%d secrets are set, %q is shown: %s, want %d", len(test.secrets), secret, got.Status, want)
			}
		}
	}
}

// An empty one would be shown by everybody who shows none.
func TestNew_refusesAnEmptyWebhookSecret(t *testing.T) {
	t.Parallel()
	_, err := site.New(site.Config{
		PublicURL:      &url.URL{Scheme: "https", Host: "example.com"},
		SessionKeys:    [][]byte{bytes.Repeat([]byte("k"), site.MinSessionKeyBytes)},
		Sessions:       &auth.Sessions{Lifetime: time.Hour, Idle: time.Hour},
		WebhookSecrets: []string{webhookSecret, ""},
		Now:            time.Now,
		Log:            slog.New(slog.DiscardHandler),
	})
	if err == nil || !strings.Contains(err.Error(), "webhook secret is empty") {
		t.Errorf("New = %v", err)
	}
}
