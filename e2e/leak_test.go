package e2e_test

import (
	"fmt"
	"html"
	"maps"
	"net/url"
	"strings"
	"testing"
)

// Rule R12, over a run in which everything is used that knows a secret: the bot
// token, the session keys, the database's password, cookies, and signed links
// with their hash stand in no line of the site's log and on no page.
func TestSecrets_areInNoLogAndOnNoPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v, stranger := w.newVisitor(t), w.newVisitor(t)
	secrets := make(map[string]string)
	remember := func(when string) {
		for name, value := range v.cookies() {
			secrets[fmt.Sprintf("%s cookie, %s", name, when)] = value
		}
	}

	v.visit("/login")
	remember("attempt")
	v.follow("#open-chat")
	v.start()
	v.mustBeSignedIn(v.pressAndAgree(), "Anna Petrova")
	remember("signed in")
	stranger.mustBe(stranger.open(v.signedLink()), 409, linkUsed)
	stranger.mustBe(stranger.visit("/login/telegram?id=1&hash="+strings.Repeat("5ec4e7", 12)), 400, "This is not a login link")
	stranger.visit("/there-is?nothing=5ec4e7-here")
	v.mustBe(v.logIn(boris), 200, confirmBoris)
	remember("pending")
	v.mustBeSignedIn(v.follow("#confirm"), "Boris König")
	remember("confirmed")
	w.goWrong(t, `{"tampered_field": true}`)
	v.mustBe(v.logInAgain(boris), 403, "This login is not valid")
	w.goWrong(t, `{"expired_auth_date": true}`)
	v.mustBe(v.logInAgain(boris), 403, "This login link has expired")
	v.logOut()

	maps.Copy(secrets, w.canaries)
	anywhere := maps.Clone(secrets) // What not even the stand-in's panel may show, which takes links apart.
	for i, link := range v.watch.requestsTo(w.site + "/login/telegram?") {
		addSignedLink(t, secrets, i, link)
	}
	secrets["query of a stranger"] = "5ec4e7"
	logged, _ := w.siteProgram.output.read()
	mustBeAWholeRun(t, logged, secrets)
	searchFor(t, secrets, "the site's log", logged)
	for _, shown := range append(v.pages, stranger.pages...) {
		// Attributes hold addresses with their & escaped.
		text := shown + html.UnescapeString(shown)
		if strings.Contains(shown, "stand-in for Telegram</title>") {
			searchFor(t, anywhere, "a page of the stand-in", text)
			shown = withoutPanel(t, shown)
			text = shown + html.UnescapeString(shown)
		}
		searchFor(t, secrets, "a page", text)
	}
}

// withoutPanel is a chat of the stand-in without the one element that shows links, and does so on purpose.
func withoutPanel(t *testing.T, page string) string {
	t.Helper()
	before, panel, found := strings.Cut(page, `<aside class="protocol"`)
	if !found {
		return page
	}
	_, after, closed := strings.Cut(panel, "</aside>")
	if !closed {
		t.Fatalf("the panel has no end:\n%s", page)
	}
	return before + after
}

func addSignedLink(t *testing.T, secrets map[string]string, number int, link string) {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	secrets[fmt.Sprintf("query of link %d", number)] = u.RawQuery
	secrets[fmt.Sprintf("hash of link %d", number)] = u.Query().Get("hash")
}

// mustBeAWholeRun fails the test if the search would be for less than it says.
func mustBeAWholeRun(t *testing.T, logged string, secrets map[string]string) {
	t.Helper()
	for _, word := range []string{
		"signed_in", "link_used", "malformed", "not_found", "confirm_shown", "bad_signature", "expired", "logged_out",
	} {
		if !strings.Contains(logged, word) {
			t.Errorf("the run did not come by %q", word)
		}
	}
	for name, value := range secrets {
		if len(value) < 6 {
			t.Errorf("%s is %q: too short to search for", name, value)
		}
	}
	for _, name := range []string{"bot token", "session key", "login cookie, attempt", "session cookie, signed in", "login cookie, pending", "hash of link 3"} {
		if secrets[name] == "" {
			t.Errorf("there is no %s to search for", name)
		}
	}
}

func searchFor(t *testing.T, secrets map[string]string, where, text string) {
	t.Helper()
	for name, value := range secrets {
		if strings.Contains(text, value) {
			t.Errorf("%s shows a secret, the %s:\n%s", where, name, text)
		}
	}
}
