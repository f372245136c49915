package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// keepsNothing is a browser that throws every cookie away.
type keepsNothing struct{}

func (keepsNothing) SetCookies(*url.URL, []*http.Cookie) {}
func (keepsNothing) Cookies(*url.URL) []*http.Cookie     { return nil }

func TestSignIn_toldWhenTheBrowserKeepsNoCookies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.client.Jar = keepsNothing{}
	arrived := b.arrive(w.query(anna, 0))
	if arrived.StatusCode != http.StatusSeeOther || arrived.location() != "/login/done" {
		t.Fatalf("%s to %q", arrived.Status, arrived.location())
	}
	got := b.get(arrived.location())
	if got.StatusCode != http.StatusBadRequest || got.heading() != "Your browser did not keep the cookie" ||
		got.Header.Get("X-Refusal") != "cookie_not_kept" || !strings.Contains(got.body, `id="again" href="/login"`) {
		t.Errorf("%s %q: %s", got.Status, got.heading(), got.body)
	}
}

func TestSignIn_leadsOnWhenTheCookieWasKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	for next, want := range map[string]string{
		"": "/account", "/somewhere?a=b": "/somewhere?a=b",
		"//evil.example": "/account", "https://evil.example": "/account", "/login/done": "/account", "/logout": "/account",
	} {
		got := b.get("/login/done?next=" + url.QueryEscape(next))
		if got.StatusCode != http.StatusSeeOther || got.location() != want {
			t.Errorf("next %q: %s to %q", next, got.Status, got.location())
		}
	}
	// The greeting is for a page that is seen.
	if page := b.get("/account"); !strings.Contains(page.body, `id="greeting"`) {
		t.Error("the way there has taken the greeting")
	}
}

// Whose cookie it is, the next page finds out: this step costs no query.
func TestLoginDone_asksTheDatabaseNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	w.db.Close()
	if got := b.get("/login/done"); got.location() != "/account" {
		t.Errorf("%s to %q", got.Status, got.location())
	}
}
