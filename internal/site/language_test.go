package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

var readsRussian = http.Header{"Accept-Language": {"ru-RU,ru;q=0.9,en;q=0.5"}}

// languageOf is what the page says it is written in.
func (a answer) languageOf() string {
	_, rest, _ := strings.Cut(a.body, `<html lang="`)
	code, rest, _ := strings.Cut(rest, `"`)
	_, rest, _ = strings.Cut(rest, `dir="`)
	dir, _, _ := strings.Cut(rest, `"`)
	if code != a.Header.Get("Content-Language") {
		return code + " but the header says " + a.Header.Get("Content-Language")
	}
	return code + " " + dir
}

func TestLanguage_isTheChosenElseTheAddressesElseTheBrowsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, test := range []struct {
		chosen, address string
		header          http.Header
		want            string
	}{
		{"", "/", nil, "en ltr"},
		{"", "/", readsRussian, "ru ltr"},
		{"", "/?lang=fa", readsRussian, "fa rtl"},
		{"", "/?lang=xx", readsRussian, "ru ltr"},
		{"fa", "/", readsRussian, "fa rtl"},
		{"fa", "/?lang=ru", readsRussian, "fa rtl"},
		{"xx", "/", readsRussian, "ru ltr"},
		{"", "/nowhere", readsRussian, "ru ltr"},
		{"", "/login/telegram?id=1&lang=fa", nil, "fa rtl"},
	} {
		b := w.newBrowser()
		if test.chosen != "" {
			b.setCookie("language", test.chosen)
		}
		got := b.send(http.MethodGet, test.address, test.header, nil)
		if got.languageOf() != test.want {
			t.Errorf("%+v: page in %s", test, got.languageOf())
		}
		if vary := got.Header.Get("Vary"); !strings.Contains(vary, "Accept-Language") || !strings.Contains(vary, "Cookie") {
			t.Errorf("%+v: Vary %q", test, vary)
		}
	}
}

func TestLanguage_choiceIsKeptAndLeadsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	page := b.get("/login?next=/account")
	if !strings.Contains(page.body, `<input type="hidden" name="next" value="/login?next=%2Faccount">`) {
		t.Errorf("the page does not say where to come back to")
	}
	for next, want := range map[string]string{
		"/login": "/login", "/login?next=%2Fa%3Fb": "/login?next=%2Fa%3Fb", "/login?next=//evil.example": "/login?next=%2Faccount",
		"/login?%zz": "/login?next=%2Faccount", "/account/activity": "/account/activity", "/": "/", "/nowhere": "/nowhere",
		"": "/", "//evil.example": "/", "https://evil.example/": "/", "/login/telegram?id=1&hash=2": "/", "/logout": "/",
	} {
		got := b.post("/language", url.Values{"language": {"fa"}, "next": {next}})
		if got.StatusCode != http.StatusSeeOther || got.location() != want {
			t.Errorf("back to %q: %s to %q", next, got.Status, got.location())
		}
	}
	for _, path := range []string{"/", "/login", "/nowhere"} {
		if got := b.get(path); got.languageOf() != "fa rtl" {
			t.Errorf("%s in %s", path, got.languageOf())
		}
	}
}

func TestLanguage_thatIsNotOursIsRefused(t *testing.T) {
	t.Parallel()
	b := newWorld(t).newBrowser()
	for _, language := range []string{"", "xx", "EN", "en; Path=/evil", strings.Repeat("e", 10000)} {
		got := b.post("/language", url.Values{"language": {language}, "next": {"/"}})
		if got.StatusCode != http.StatusBadRequest || len(got.Cookies()) != 0 {
			t.Errorf("%.20q: %s, cookies %v", language, got.Status, got.Cookies())
		}
	}
}

func TestLanguageCookie_hasEveryFlag(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string][]setting{"language": nil, "__Host-language": {onHTTPS}} {
		got := newWorld(t, settings...).newBrowser().post("/language", url.Values{"language": {"ru"}})
		cookies := got.Cookies()
		if len(cookies) != 1 {
			t.Fatalf("%s: %d cookies", name, len(cookies))
		}
		c := cookies[0]
		if c.Name != name || c.Value != "ru" || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode ||
			c.MaxAge != 400*24*60*60 || c.Secure != (settings != nil) {
			t.Errorf("%s", c)
		}
	}
}

// A page that answers a login link or a form cannot be asked for again: choosing a
// language there would lead elsewhere. Nor may a link's data get into a page (R12).
func TestLanguage_isNotOfferedWhereNothingLeadsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	for name, got := range map[string]answer{
		"confirm page": b.send(http.MethodGet, "/login/telegram?"+w.query(anna, 0).Encode(), crossSite, nil),
		"refused link": b.arrive(w.query(anna, 0x7fff)),
		"refused form": b.post("/account/notifications/nowhere", nil),
	} {
		if strings.Contains(got.body, `action="/language"`) {
			t.Errorf("%s (%s) offers a choice", name, got.heading())
		}
	}
	if got := b.get("/nowhere?hash=secret"); strings.Contains(got.body, "secret") {
		t.Error("the query stands in the page")
	}
}
