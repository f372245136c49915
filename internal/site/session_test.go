package site_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/site"
)

func withKeys(keys ...[]byte) setting {
	return func(c *site.Config, _ *auth.Login) { c.SessionKeys = keys }
}

func onHTTPS(c *site.Config, _ *auth.Login) {
	c.PublicURL = &url.URL{Scheme: "https", Host: "site.example"}
}

func isSignedIn(b *browser) bool { return b.get("/account").StatusCode == http.StatusOK }

func TestSessionCookie_hasEveryFlag(t *testing.T) {
	t.Parallel()
	const common = "; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"
	for name, test := range map[string]struct {
		settings     []setting
		prefix, want string
	}{
		"https":    {[]setting{onHTTPS}, "__Host-session=", "; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax"},
		"loopback": {nil, "session=", common},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.settings...)
			got := w.newBrowser().arrive(w.query(anna, 0))
			for _, line := range got.Header.Values("Set-Cookie") {
				if !strings.HasPrefix(line, test.prefix) {
					continue
				}
				_, flags, _ := strings.Cut(line, "; ")
				flags = "; " + flags
				before, expires, _ := strings.Cut(flags, "; Expires=")
				_, after, _ := strings.Cut(expires, "; ")
				if before+"; "+after != test.want {
					t.Errorf("flags %q, want %q", before+"; "+after, test.want)
				}
				return
			}
			t.Errorf("no cookie %s among %q", test.prefix, got.Header.Values("Set-Cookie"))
		})
	}
}

func TestSession_endsWhenItIsIdleOrOld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	idle, busy := w.newBrowser(), w.newBrowser()
	idle.signIn(anna)
	busy.signIn(boris)
	for range 4 {
		w.pass(6 * 24 * time.Hour)
		if !isSignedIn(busy) {
			t.Fatal("a session in use ended before its time")
		}
	}
	if isSignedIn(idle) {
		t.Error("a session unused for weeks is alive")
	}
	w.pass(6*24*time.Hour + time.Hour)
	if isSignedIn(busy) {
		t.Error("a session outlived its absolute end")
	}
}

// After a restore from a backup, sessions that were ended since are back (F24).
func TestSession_fromBeforeTheFenceIsOver(t *testing.T) {
	t.Parallel()
	before := newWorld(t)
	b := before.newBrowser()
	b.signIn(anna)
	after := newWorld(t, sameDatabase(before), func(c *site.Config, _ *auth.Login) {
		c.Sessions.NotBefore = before.now().Add(time.Second)
	})
	visitor := after.newBrowser()
	visitor.setCookie("session", b.cookie("session"))
	if isSignedIn(visitor) {
		t.Error("the old session opens the account")
	}
	after.clock.Store(before.now().Unix() + 1)
	fresh := after.newBrowser()
	fresh.signIn(anna)
	if !isSignedIn(fresh) {
		t.Error("a new session does not")
	}
}

func TestSession_lastSeenIsWrittenOnceAMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	lastSeen := func() (at time.Time) {
		if err := w.db.QueryRow(t.Context(), "SELECT last_seen_at FROM sessions").Scan(&at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	start := lastSeen()
	w.pass(50 * time.Second)
	b.get("/account")
	if !lastSeen().Equal(start) {
		t.Error("written again within a minute")
	}
	w.pass(15 * time.Second)
	b.get("/account")
	if !lastSeen().After(start) {
		t.Error("not written after more than a minute")
	}
}

func TestSession_tokenIsNewAfterEverySignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	first := b.cookie("session")
	b.signIn(anna)
	if b.cookie("session") == first {
		t.Error("the token survived a sign-in")
	}
	thief := w.newBrowser()
	thief.setCookie("session", first)
	if isSignedIn(thief) {
		t.Error("the token before still opens the account")
	}
}

// A database that can only be read still knows who is signed in.
func TestSession_isGoodWhenItsUseCannotBeNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	if _, err := w.db.Exec(t.Context(), "ALTER TABLE sessions ADD CONSTRAINT frozen CHECK (last_seen_at = created_at)"); err != nil {
		t.Fatal(err)
	}
	w.pass(2 * time.Minute)
	if page := b.get("/account"); page.StatusCode != http.StatusOK {
		t.Errorf("%s %s", page.Status, page.heading())
	}
	if !strings.Contains(w.log.String(), "session not noted as used") {
		t.Error("nothing in the log about it")
	}
}

// Whoever plants a cookie before the sign-in must not know the one after (T08).
func TestSession_plantedCookieIsNotAdopted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mallory := w.newBrowser()
	mallory.signIn(person{66, "Mallory"})
	planted := mallory.cookie("session")

	victim := w.newBrowser()
	victim.setCookie("session", planted)
	// Signed in as somebody else, it seems: so the site asks first.
	victim.post("/login/confirm", askedToConfirm(w, victim, anna))
	if !isSignedIn(victim) || victim.cookie("session") == planted {
		t.Error("the planted cookie was kept")
	}
	if isSignedIn(mallory) {
		t.Error("the planted session is alive")
	}
}

func TestCookie_thatCannotBeReadIsNoSessionAndNoError(t *testing.T) {
	t.Parallel()
	w := newWorld(t, behindProxy) // So many plain visits do not come from one address.
	b := w.newBrowser()
	b.signIn(anna)
	good := b.cookie("session")
	raw, err := base64.URLEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	bad := []string{"", "x", strings.Repeat("A", 4000), good[:len(good)-4], good + "AAAA", good + good, b.cookie("login"), "%00", "🍪"}
	for i := range raw { // Every byte of it counts.
		flipped := bytes.Clone(raw)
		flipped[i] ^= 1
		bad = append(bad, base64.URLEncoding.EncodeToString(flipped))
	}
	w.db.Close() // None of these may cost a query (T19).
	for i, value := range bad {
		for _, path := range []string{"/", "/account", "/login", "/login/telegram"} {
			got := w.newBrowser().from(addressOf(i)).send(http.MethodGet, path, http.Header{"Cookie": {"session=" + value + "; login=" + value}}, nil)
			if got.StatusCode >= 400 {
				t.Fatalf("%s with cookie %.60q: %s", path, value, got.Status)
			}
			if strings.Contains(got.body, "Anna") {
				t.Fatalf("cookie %.60q signs in", value)
			}
		}
	}
}

func TestSessionKeys_canBeReplacedWithoutLoggingAnybodyOut(t *testing.T) {
	t.Parallel()
	older, newer := bytes.Repeat([]byte("o"), 32), bytes.Repeat([]byte("n"), 32)
	before := newWorld(t, withKeys(older))
	b := before.newBrowser()
	b.signIn(anna)
	cookie := b.cookie("session")

	for name, test := range map[string]struct {
		keys [][]byte
		want bool
	}{
		"both keys":    {[][]byte{newer, older}, true},
		"new key only": {[][]byte{newer}, false},
	} {
		after := newWorld(t, withKeys(test.keys...), sameDatabase(before))
		visitor := after.newBrowser()
		visitor.setCookie("session", cookie)
		if got := isSignedIn(visitor); got != test.want {
			t.Errorf("%s: signed in = %t", name, got)
		}
	}
}

func sameDatabase(other *world) setting {
	return func(c *site.Config, l *auth.Login) {
		c.Sessions.Users, l.Users, c.Bot = other.store, other.store, other.newBot()
	}
}

func TestLogout_endsTheSessionForEverybodyWhoHoldsTheCookie(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, copied, other := w.newBrowser(), w.newBrowser(), w.newBrowser()
	b.signIn(anna)
	other.signIn(anna)
	copied.setCookie("session", b.cookie("session"))
	got := b.post("/logout", nil)
	if got.StatusCode != http.StatusSeeOther || got.location() != "/" {
		t.Errorf("logout: %s to %q", got.Status, got.location())
	}
	if b.cookie("session") != "" || isSignedIn(b) || isSignedIn(copied) {
		t.Error("still signed in")
	}
	if !isSignedIn(other) {
		t.Error("another session of the account has ended too")
	}
	if again := b.post("/logout", nil); again.StatusCode != http.StatusSeeOther {
		t.Errorf("second logout: %s", again.Status)
	}
}

func TestLogout_forgetsALoginInProgressToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	b.startAttempt("/somewhere")
	b.post("/logout", nil)
	if b.cookie("login") != "" {
		t.Error("the login cookie is still there")
	}
}

func TestAccount_leadsToLoginAndBack(t *testing.T) {
	t.Parallel()
	got := newWorld(t).newBrowser().get("/account")
	if got.StatusCode != http.StatusSeeOther || got.location() != "/login?next=%2Faccount" {
		t.Errorf("%s to %q", got.Status, got.location())
	}
}
