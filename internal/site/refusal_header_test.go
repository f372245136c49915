package site_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/site"
)

// The pages of these two have one status: programs tell them apart by the header.
func TestRefusalHeader_namesTheReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	expired, forged := w.query(anna, 25*time.Hour), w.query(anna, 0)
	forged.Set("hash", strings.Repeat("0", 64))
	b := w.newBrowser()
	for want, got := range map[string]answer{
		"expired":       b.arrive(expired),
		"bad_signature": b.arrive(forged),
		"plain_visit":   b.get("/login/telegram"),
		"not_found":     b.get("/nowhere"),
		"":              b.get("/"),
	} {
		if reason := got.Header.Get(site.RefusalHeader); reason != want {
			t.Errorf("status %d comes with the reason %q, want %q", got.StatusCode, reason, want)
		}
	}
	update := b.sendBody(http.MethodPost, site.WebhookPath, http.Header{site.WebhookSecretHeader: {webhookSecret}}, strings.NewReader("{}"))
	if reason := update.Header.Get(site.RefusalHeader); reason != "bad_update" {
		t.Errorf("something that is no update is refused as %q", reason)
	}
}
