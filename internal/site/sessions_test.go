package site_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/users"
)

var sessionInForm = regexp.MustCompile(`name="session" value="([0-9a-f-]{36})"`)

// otherSessions are the sessions that the page offers to end.
func (b *browser) otherSessions() []string {
	b.w.t.Helper()
	var ids []string
	for _, found := range sessionInForm.FindAllStringSubmatch(b.get("/account/sessions").body, -1) {
		ids = append(ids, found[1])
	}
	return ids
}

func TestSessions_areListedWithWhatIsKnownOfThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	phone, desk := w.newBrowser(), w.newBrowser()
	w.pass(time.Second)
	phone.send(http.MethodGet, "/login/telegram?"+w.query(anna, 0).Encode(), http.Header{"User-Agent": {
		"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
	}}, nil)
	w.newBrowser().signIn(boris)
	w.pass(2 * time.Hour)
	desk.signIn(anna)

	page := desk.get("/account/sessions")

	list, _ := page.element("sessions")
	this, _ := page.element("this-session")
	for _, want := range []string{"Chrome on Android", "Last used: 2 hours ago", "By the button in Telegram"} {
		if !strings.Contains(list.text, want) {
			t.Errorf("%q is missing: %s", want, list.text)
		}
	}
	if !strings.Contains(this.text, "This browser") || !strings.Contains(this.text, "Last used: just now") || strings.Contains(this.text, "End") {
		t.Errorf("this one: %q", this.text)
	}
	if n := len(desk.otherSessions()); n != 1 {
		t.Errorf("%d others, want 1", n)
	}
}

func TestEndSession_endsThatOneAtOnceAndSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk, phone, third := w.newBrowser(), w.newBrowser(), w.newBrowser()
	third.signIn(anna)
	phone.signIn(anna)
	desk.signIn(anna)
	phonesID := desk.otherSessions()[0] // The last used comes first.

	got := desk.post("/account/sessions/end", url.Values{"session": {phonesID}})

	if got.StatusCode != http.StatusSeeOther || got.location() != "/account/sessions?ended=1" {
		t.Fatalf("%s to %q", got.Status, got.location())
	}
	if isSignedIn(phone) || !isSignedIn(desk) || !isSignedIn(third) {
		t.Errorf("signed in: phone %t, desk %t, third %t", isSignedIn(phone), isSignedIn(desk), isSignedIn(third))
	}
	if said, _ := desk.get(got.location()).element("outcome"); said.text != "1 session was ended." {
		t.Errorf("it says %q", said.text)
	}
	// A second click finds nothing, and that is no error.
	if again := desk.post("/account/sessions/end", url.Values{"session": {phonesID}}); again.location() != "/account/sessions?ended=0" {
		t.Errorf("again: %s to %q", again.Status, again.location())
	}
	if page := desk.get("/account/sessions?ended=0"); strings.Contains(page.body, `id="outcome"`) {
		t.Error("it tells of no session")
	}
}

func TestEndOtherSessions_leavesThisOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk, phone, third, stranger := w.newBrowser(), w.newBrowser(), w.newBrowser(), w.newBrowser()
	phone.signIn(anna)
	third.signIn(anna)
	stranger.signIn(boris)
	desk.signIn(anna)

	got := desk.post("/account/sessions/end-others", nil)

	if got.location() != "/account/sessions?ended=2" {
		t.Errorf("%s to %q", got.Status, got.location())
	}
	if isSignedIn(phone) || isSignedIn(third) || !isSignedIn(desk) || !isSignedIn(stranger) {
		t.Errorf("signed in: phone %t, third %t, desk %t, stranger %t", isSignedIn(phone), isSignedIn(third), isSignedIn(desk), isSignedIn(stranger))
	}
	if page := desk.get("/account/sessions"); strings.Contains(page.body, `id="end-others"`) {
		t.Error("there are no others, and the button is there")
	}
}

func TestEndSession_reachesNobodyElsesAndNotThisOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine, theirs := w.newBrowser(), w.newBrowser()
	mine.signIn(anna)
	theirs.signIn(boris)
	ids := make(map[string]string)
	for name, p := range map[string]person{"mine": anna, "theirs": boris} {
		var id string
		if err := w.db.QueryRow(t.Context(), "SELECT s.id::text FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE a.telegram_id = $1", p.id).Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids[name] = id
	}
	for _, test := range []struct {
		session string
		status  int
	}{
		{ids["theirs"], http.StatusSeeOther},
		{ids["mine"], http.StatusBadRequest},
		{"", http.StatusBadRequest},
		{"' OR true --", http.StatusBadRequest},
		{users.SessionID{}.String(), http.StatusSeeOther},
	} {
		if got := mine.post("/account/sessions/end", url.Values{"session": {test.session}}); got.StatusCode != test.status {
			t.Errorf("%q: %s", test.session, got.Status)
		}
	}
	if !isSignedIn(mine) || !isSignedIn(theirs) {
		t.Error("a session was ended")
	}
}
