package site_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// arriveVouched opens a link that another site caused, with a state.
func arriveVouched(w *world, b *browser, state string) answer {
	query := w.query(anna, 0)
	query.Set("state", state)
	return b.send(http.MethodGet, "/login/telegram?"+query.Encode(), crossSite, nil)
}

func TestAttempt_stateFitsTelegramsStartParameter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.newBrowser().startAttempt(""), w.newBrowser().startAttempt("")
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{32,64}$`).MatchString(first) || first == second {
		t.Errorf("states %q and %q", first, second)
	}
}

func TestAttempt_vouchesForItsOwnBrowserOnceAndForTenMinutes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		do   func(w *world, b *browser, state string) answer
		want int
	}{
		"at once":            {arriveVouched, http.StatusSeeOther},
		"just in time":       {func(w *world, b *browser, s string) answer { w.pass(9 * time.Minute); return arriveVouched(w, b, s) }, http.StatusSeeOther},
		"too late":           {func(w *world, b *browser, s string) answer { w.pass(11 * time.Minute); return arriveVouched(w, b, s) }, http.StatusOK},
		"in another browser": {func(w *world, _ *browser, s string) answer { return arriveVouched(w, w.newBrowser(), s) }, http.StatusOK},
		"with another's state": {func(w *world, b *browser, _ string) answer {
			return arriveVouched(w, b, w.newBrowser().startAttempt(""))
		}, http.StatusOK},
		"with no state": {func(w *world, b *browser, _ string) answer { return arriveVouched(w, b, "") }, http.StatusOK},
		"a second time": {func(w *world, b *browser, s string) answer {
			arriveVouched(w, b, s)
			b.post("/logout", nil)
			w.pass(time.Second)
			return arriveVouched(w, b, s)
		}, http.StatusOK},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := w.newBrowser()
			if got := test.do(w, b, b.startAttempt("")); got.StatusCode != test.want {
				t.Errorf("%s %s, want %d", got.Status, got.heading(), test.want)
			}
		})
	}
}

func TestNext_leadsToLocalPathsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for next, want := range map[string]string{
		"/somewhere?a=b":           "/somewhere?a=b",
		"":                         "/account",
		"//evil.example":           "/account",
		"https://evil.example":     "/account",
		"/\\evil.example":          "/account",
		"/login/telegram?id=1":     "/account",
		"/%2f%2fevil.example":      "/account",
		"javascript:alert(1)":      "/account",
		strings.Repeat("/x", 1000): "/account",
	} {
		viaAttempt := w.newBrowser()
		w.pass(time.Second)
		state := viaAttempt.startAttempt(next)
		if got := viaAttempt.leadsTo(arriveVouched(w, viaAttempt, state)); got != want {
			t.Errorf("attempt with next %.40q leads to %q, want %q", next, got, want)
		}
		if len(next) > 256 {
			continue // In a login link that is malformed data.
		}
		viaLink := w.newBrowser()
		w.pass(time.Second)
		query := w.query(anna, 0)
		query.Set("next", next)
		if got := viaLink.leadsTo(viaLink.arrive(query)); got != want {
			t.Errorf("link with next %q leads to %q, want %q", next, got, want)
		}
	}
}

// Our attempt's next is ours; the link's is anybody's.
func TestNext_ofAVouchingAttemptBeatsTheLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	query := w.query(anna, 0)
	query.Set("state", b.startAttempt("/ours"))
	query.Set("next", "/theirs")
	if got := b.leadsTo(b.arrive(query)); got != "/ours" {
		t.Errorf("leads to %q", got)
	}
}

// An attempt that has nothing to do with the link has no say in where it leads.
func TestNext_ofAnAttemptThatDoesNotVouchIsLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.startAttempt("/ours")
	if got := b.leadsTo(b.arrive(w.query(anna, 0))); got != "/account" {
		t.Errorf("leads to %q", got)
	}
}

func TestGreeting_standsOnTheFirstPageOnlyWhateverItIs(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"/account", "/", "/login", "/nowhere"} {
		w := newWorld(t)
		b := w.newBrowser()
		b.signIn(anna)
		page := b.get(first)
		if !strings.Contains(page.body, `id="greeting"`) || !strings.Contains(page.body, "Not you?") {
			t.Errorf("%s does not say who is signed in: %s", first, page.body)
		}
		for _, later := range []string{first, "/account"} {
			if page := b.get(later); strings.Contains(page.body, `id="greeting"`) {
				t.Errorf("%s after %s says it again", later, first)
			}
		}
	}
}

func TestGreeting_isNotTakenByWhatNobodySees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	b.send(http.MethodGet, "/favicon.ico", http.Header{"Sec-Fetch-Dest": {"image"}}, nil)
	b.send(http.MethodHead, "/account", nil, nil)
	if page := b.get("/account"); !strings.Contains(page.body, `id="greeting"`) {
		t.Error("the greeting is gone before anybody saw it")
	}
}

// Two Set-Cookie headers of one name leave it to the browser which one counts
// (RFC 6265, section 4.1.1).
func TestLoginCookie_isSetOnceInAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	page := b.get("/login")
	set := 0
	for _, line := range page.Header.Values("Set-Cookie") {
		if strings.HasPrefix(line, "login=") {
			set++
		}
	}
	if set != 1 || !strings.Contains(page.body, `id="greeting"`) {
		t.Errorf("set %d times: %q", set, page.Header.Values("Set-Cookie"))
	}
}

func TestLoginPage_withoutTheBotsNameStillWorks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, unknownBot)
	page := w.newBrowser().get("/login")
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, `id="no-chat"`) {
		t.Errorf("%s: %s", page.Status, page.body)
	}
}

func TestLoginPage_signedInOffersToContinue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	page := b.get("/login?next=" + url.QueryEscape("/there"))
	if !strings.Contains(page.body, `<a href="/there">Continue</a>`) {
		t.Errorf("no way on: %s", page.body)
	}
}
