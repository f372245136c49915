package site_test

import (
	"net/http"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/site"
)

func TestReady_saysWhetherTheDatabaseAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if got := w.newBrowser().get("/readyz"); got.StatusCode != http.StatusOK {
		t.Errorf("with a database: %s", got.Status)
	}
	w.db.Close()
	got := w.newBrowser().get("/readyz")
	if got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "" {
		t.Errorf("without: %s, Retry-After %q", got.Status, got.Header.Get("Retry-After"))
	}
	if alive := w.newBrowser().get("/livez"); alive.StatusCode != http.StatusOK {
		t.Errorf("livez without a database: %s", alive.Status)
	}
}

func TestBusyDatabase_isAnsweredInTime(t *testing.T) {
	t.Parallel()
	before := newWorld(t)
	b := before.newBrowser()
	b.signIn(anna)
	for range before.db.Config().MaxConns {
		conn, err := before.db.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(conn.Release)
	}
	w := newWorld(t, sameDatabase(before), func(c *site.Config, _ *auth.Login) { c.Timeout = 100 * time.Millisecond })
	visitor := w.newBrowser()
	visitor.setCookie("session", b.cookie("session"))
	got := visitor.get("/account")
	if got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") != "5" {
		t.Errorf("%s, Retry-After %q: %s", got.Status, got.Header.Get("Retry-After"), got.heading())
	}
}
