package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

var crossSite = http.Header{"Sec-Fetch-Site": {"cross-site"}}

// askedToConfirm brings a browser to the confirm page, and returns the form.
func askedToConfirm(w *world, b *browser, p person) url.Values {
	w.t.Helper()
	w.pass(time.Second)
	page := b.send(http.MethodGet, "/login/telegram?"+w.query(p, 0).Encode(), crossSite, nil)
	if page.StatusCode != http.StatusOK || page.heading() != "Continue as "+p.name+"?" {
		w.t.Fatalf("no confirm page: %s %s", page.Status, page.heading())
	}
	return url.Values{"pending": {page.pendingID()}}
}

func TestConfirm_yesSignsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	form := askedToConfirm(w, b, anna)
	got := b.post("/login/confirm", form)
	if got.StatusCode != http.StatusSeeOther || b.leadsTo(got) != "/account" {
		t.Fatalf("confirm: %s to %q", got.Status, got.location())
	}
	if page := b.get("/account"); !strings.Contains(page.body, "<bdi>Anna</bdi>") {
		t.Errorf("not signed in: %s %s", page.Status, page.heading())
	}
}

func TestConfirm_asSomebodyElseReplacesTheSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(boris)
	before := b.cookie("session")
	b.post("/login/confirm", askedToConfirm(w, b, anna))
	if page := b.get("/account"); !strings.Contains(page.body, `<dd id="first-name"><bdi>Anna</bdi></dd>`) {
		t.Errorf("not signed in as the other: %s", page.body)
	}
	thief := w.newBrowser()
	thief.setCookie("session", before)
	if page := thief.get("/account"); page.StatusCode != http.StatusSeeOther {
		t.Errorf("the session before still opens the account: %s", page.Status)
	}
}

func TestConfirm_twiceIsAHarmlessReload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	form := askedToConfirm(w, b, anna)
	pending := b.cookie("login")
	b.post("/login/confirm", form)
	rows := w.rows()
	b.setCookie("login", pending) // A double click sends both before either is answered.
	if got := b.post("/login/confirm", form); got.StatusCode != http.StatusSeeOther {
		t.Errorf("second confirm: %s %s", got.Status, got.heading())
	}
	if w.rows() != rows {
		t.Errorf("the second one wrote something: %s, before %s", w.rows(), rows)
	}
}

func TestConfirm_refusesWhatTheVisitorWasNotAsked(t *testing.T) {
	t.Parallel()
	const nothingPending = "There is no login to confirm"
	tests := map[string]struct {
		do   func(w *world, b *browser, form url.Values) answer
		want string
	}{
		"without the cookie": {func(w *world, _ *browser, form url.Values) answer {
			return w.newBrowser().post("/login/confirm", form)
		}, nothingPending},
		"without the form's field": {func(_ *world, b *browser, _ url.Values) answer {
			return b.post("/login/confirm", nil)
		}, nothingPending},
		// The button of the first page must not sign in whom a second link names.
		"after another link has come": {func(w *world, b *browser, form url.Values) answer {
			askedToConfirm(w, b, person{66, "Mallory"})
			return b.post("/login/confirm", form)
		}, nothingPending},
		"after a new attempt": {func(_ *world, b *browser, form url.Values) answer {
			b.startAttempt("")
			return b.post("/login/confirm", form)
		}, nothingPending},
		"too late": {func(w *world, b *browser, form url.Values) answer {
			w.pass(5*time.Minute + 2*time.Second)
			return b.post("/login/confirm", form)
		}, nothingPending},
		"when the link has grown old meanwhile": {func(w *world, b *browser, _ url.Values) answer {
			page := b.send(http.MethodGet, "/login/telegram?"+w.query(anna, 4*time.Minute).Encode(), crossSite, nil)
			w.pass(2 * time.Minute)
			return b.post("/login/confirm", url.Values{"pending": {page.pendingID()}})
		}, "This login link has expired"},
		"when the link was used meanwhile": {func(w *world, b *browser, _ url.Values) answer {
			query := w.query(anna, time.Minute)
			page := b.send(http.MethodGet, "/login/telegram?"+query.Encode(), crossSite, nil)
			w.newBrowser().arrive(query)
			return b.post("/login/confirm", url.Values{"pending": {page.pendingID()}})
		}, "This login link was used before"},
		"from another site": {func(_ *world, b *browser, form url.Values) answer {
			return b.send(http.MethodPost, "/login/confirm", crossSite, form)
		}, "This came from another site"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := w.newBrowser()
			got := test.do(w, b, askedToConfirm(w, b, anna))
			if got.heading() != test.want || got.StatusCode < 400 || got.StatusCode >= 500 {
				t.Errorf("%s %q, want %q", got.Status, got.heading(), test.want)
			}
			if page := b.get("/account"); page.StatusCode != http.StatusSeeOther {
				t.Error("signed in all the same")
			}
		})
	}
}

func TestConfirm_carriesNextThrough(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	query := w.query(anna, 0)
	query.Set("next", "/somewhere?x=1")
	page := b.send(http.MethodGet, "/login/telegram?"+query.Encode(), crossSite, nil)
	got := b.post("/login/confirm", url.Values{"pending": {page.pendingID()}})
	if b.leadsTo(got) != "/somewhere?x=1" {
		t.Errorf("redirect to %q", got.location())
	}
}

// The largest data that is let in still has to fit into the cookie that waits
// for the answer: browsers drop a cookie above 4096 bytes without a word.
func TestConfirm_theLargestAssertionFitsTheCookie(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	fields := w.query(anna, 0)
	fields.Del("hash")
	for _, name := range []string{"first_name", "last_name", "username"} {
		fields.Set(name, strings.Repeat("🇸🇴", 32))
	}
	fields.Set("photo_url", strings.Repeat("p", 512))
	used := 0
	for key := range fields {
		used += len(key) + len(fields.Get(key))
	}
	fields.Set("more", strings.Repeat("m", min(256, 1536-used-len("more"))))
	sign(fields)
	fields.Set("next", "/"+strings.Repeat("n", 255))

	page := b.send(http.MethodGet, "/login/telegram?"+fields.Encode(), crossSite, nil)
	if page.StatusCode != http.StatusOK {
		t.Fatalf("%s %s", page.Status, page.heading())
	}
	if size := len("__Host-login=" + b.cookie("login")); size > 4096 || size < 2000 {
		t.Errorf("cookie of %d bytes", size)
	}
	if got := b.post("/login/confirm", url.Values{"pending": {page.pendingID()}}); got.StatusCode != http.StatusSeeOther {
		t.Errorf("confirm: %s %s", got.Status, got.heading())
	}
}

// The first of two clicks signs in and takes the pending login away; the second
// one's answer is the first page that is seen, and has to say who is signed in.
func TestConfirm_secondOfTwoClicksLandsOnAPageThatSaysWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	form := askedToConfirm(w, b, anna)
	b.post("/login/confirm", form)
	page := b.post("/login/confirm", form)
	if page.StatusCode != http.StatusConflict || !strings.Contains(page.body, `id="greeting"`) ||
		!strings.Contains(page.body, `id="continue" href="/account"`) {
		t.Errorf("%s: %s", page.Status, page.body)
	}
}

func TestConfirm_waysOutDependOnWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before *person
		want   string
	}{
		"nobody":       {nil, `href="/login">No, log in as somebody else</a>`},
		"another":      {&boris, `href="/account">Stay signed in as <bdi>Boris</bdi></a>`},
		"the same one": {&anna, `href="/account">Leave it as it is</a>`},
	} {
		w := newWorld(t)
		b := w.newBrowser()
		if test.before != nil {
			b.signIn(*test.before)
		}
		w.pass(time.Second)
		page := b.send(http.MethodGet, "/login/telegram?"+w.query(anna, 0).Encode(), crossSite, nil)
		if !strings.Contains(page.body, test.want) {
			t.Errorf("%s: %s", name, page.body)
		}
	}
}
