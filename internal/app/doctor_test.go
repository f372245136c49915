package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/devpg/pgtest"
)

// The doctor's machine may have a clock that is wrong by any time: what it shows
// the site is expired all the same.
func TestExamine_signsNobodyInWhateverItsClockSays(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	cfg := config(t, databaseURL)
	start(t, cfg)
	for _, ahead := range []time.Duration{0, 25 * time.Hour, 25*time.Hour + time.Minute, -25 * time.Hour, 24 * 365 * time.Hour} {
		doctors := cfg
		doctors.Now = func() time.Time { return time.Now().Add(ahead) }
		if c := find(t, app.Examine(t.Context(), doctors), "login"); c.Status != app.StatusOK {
			t.Errorf("with a clock that is %s ahead: %+v", ahead, c)
		}
	}
	for _, table := range []string{"sessions", "accounts", "used_links", "activity"} {
		if n := count(t, databaseURL, table); n != 0 {
			t.Errorf("the doctor left %d rows in %s", n, table)
		}
	}
}

// What the doctor tells of the cookie is what a browser gets.
func TestExamine_namesTheCookieThatIsSet(t *testing.T) {
	t.Parallel()
	cfg := config(t, pgtest.URL(t))
	site := start(t, cfg)
	cookie := sessionCookie(get(t, browser(t), site.url+loginPath(), http.Header{}).cookies)
	if cookie == nil {
		t.Fatal("no session")
	}
	if c := find(t, app.Examine(t.Context(), cfg), "sessions"); !strings.HasPrefix(c.Text, "cookie "+cookie.Name+",") {
		t.Errorf("%+v, and the cookie is %s", c, cookie.Name)
	}
}

func find(t *testing.T, checks []app.Check, name string) app.Check {
	t.Helper()
	for _, c := range checks {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no line about %s: %+v", name, checks)
	return app.Check{}
}
