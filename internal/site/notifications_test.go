package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// accountForms are the addresses that the forms of the account page send to.
var accountForms = map[string]url.Values{
	"/account/notifications": {"on": {"0"}},
	"/account/test-message":  nil,
}

func (w *world) notificationsOf(p person) bool {
	w.t.Helper()
	return w.count("accounts WHERE telegram_id = $1 AND notifications", p.id) == 1
}

func TestNotifications_areSwitchedByTheirOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, other := w.newBrowser(), w.newBrowser()
	b.signIn(anna)
	other.signIn(boris)
	for _, step := range []struct {
		press string // The button that the page before has shown.
		on    bool
		says  string
	}{
		{"", true, "Notifications are on"},
		{"Turn notifications off", false, "Notifications are off"},
		{"Turn notifications on", true, "Notifications are on"},
	} {
		if step.press != "" {
			form, _ := b.get("/account/messages").element("notifications")
			if !strings.HasSuffix(form.text, " "+step.press) {
				t.Fatalf("no button %q: %q", step.press, form.text)
			}
			on := map[bool]string{true: "1", false: "0"}[step.on]
			for range 2 { // A double click does no more.
				got := b.post("/account/notifications", url.Values{"on": {on}})
				if got.StatusCode != http.StatusSeeOther || got.location() != "/account/messages#notifications" {
					t.Fatalf("%s: %s to %q", step.press, got.Status, got.location())
				}
			}
		}
		page := b.get("/account/messages")
		said, _ := page.element("notifications")
		if said.attribute("data-on") != map[bool]string{true: "1", false: "0"}[step.on] || !strings.HasPrefix(said.text, step.says) {
			t.Errorf("after %q: %s %q", step.press, said.tag, said.text)
		}
		// The button says what it will do.
		next := map[bool]string{true: `value="0">Turn notifications off<`, false: `value="1">Turn notifications on<`}[step.on]
		if !strings.Contains(page.body, next) {
			t.Errorf("after %q: no button %q", step.press, next)
		}
		if w.notificationsOf(anna) != step.on || !w.notificationsOf(boris) {
			t.Errorf("after %q: Anna's are %t, Boris's are %t", step.press, w.notificationsOf(anna), w.notificationsOf(boris))
		}
	}
}

func TestNotifications_formThatSaysNeitherIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	before := w.rows()
	for name, test := range map[string]struct {
		path, body, contentType string
	}{
		"nothing":              {"", "", ""},
		"another word":         {"", "on=maybe", ""},
		"a word like it":       {"", "on=true", ""},
		"a number":             {"", "on=2", ""},
		"a blank":              {"", "on=0+", ""},
		"another field":        {"", "off=1", ""},
		"in the address":       {"?on=0", "", ""},
		"what is no form":      {"", `{"on": "0"}`, "application/json"},
		"a broken form":        {"", "on=%zz", ""},
		"a form that is large": {"", "x=" + strings.Repeat("x", 100<<10) + "&on=0", ""},
	} {
		header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
		if test.contentType != "" {
			header.Set("Content-Type", test.contentType)
		}
		got := b.sendBody(http.MethodPost, "/account/notifications"+test.path, header, strings.NewReader(test.body))
		if got.StatusCode != http.StatusBadRequest || got.heading() != "We could not read that" {
			t.Errorf("%s: %s %s", name, got.Status, got.heading())
		}
	}
	if w.rows() != before {
		t.Error("something was written")
	}
}

func TestAccountForms_leadToLoginWhoIsNotSignedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	w.allow(anna)
	loggedOut := w.newBrowser()
	loggedOut.setCookie("session", b.cookie("session"))
	b.post("/logout", nil)
	before := w.rows()
	for path, form := range accountForms {
		for name, b := range map[string]*browser{"a stranger": w.newBrowser(), "who has logged out": loggedOut} {
			got := b.post(path, form)
			if got.StatusCode != http.StatusSeeOther || got.location() != "/login?next=%2Faccount" {
				t.Errorf("%s, %s: %s to %q", path, name, got.Status, got.location())
			}
		}
	}
	if w.rows() != before {
		t.Error("something was written")
	}
}

func TestAccountForms_areRefusedFromOtherSitesAndInOtherWays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	w.allow(anna)
	before := w.rows()
	for path, form := range accountForms {
		for name, header := range map[string]http.Header{
			"cross-site":                {"Sec-Fetch-Site": {"cross-site"}},
			"sibling host":              {"Sec-Fetch-Site": {"same-site"}},
			"other origin, old browser": {"Origin": {"https://evil.example"}},
		} {
			if got := b.send(http.MethodPost, path, header, form); got.StatusCode != http.StatusForbidden || got.heading() != "This came from another site" {
				t.Errorf("%s, %s: %s %s", path, name, got.Status, got.heading())
			}
		}
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut} {
			if got := b.send(method, path+"?"+form.Encode(), nil, nil); got.StatusCode != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: %s", method, path, got.Status)
			}
		}
	}
	if w.rows() != before {
		t.Error("something was written")
	}
}
