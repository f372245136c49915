package e2e_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestSessions_oneEndsAnotherInItsList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk, phone := w.newVisitor(t), w.newVisitor(t)
	phone.mustBeSignedIn(phone.logIn(anna), "Anna Petrova")
	desk.mustBeSignedIn(desk.logInAgain(anna), "Anna Petrova")

	desk.visit("/account/sessions")
	desk.follow(`form[action="/account/sessions/end"] button`)

	if said := desk.text("#outcome"); said != "1 session was ended." {
		t.Errorf("it says %q", said)
	}
	phone.mustBeSignedOut()
	desk.mustBeSignedIn(desk.visit("/account"), "Anna Petrova")
}

// The whole way of somebody who wants to be gone, without a script on the site.
func TestDeleteAccount_isProvedInTelegramAndLeavesNobodySignedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v, phone := w.newVisitor(t), w.newVisitor(t)
	phone.logIn(anna)
	v.mustBeSignedIn(v.logInAgain(anna), "Anna Petrova")

	v.visit("/account/data")
	v.mustBe(v.follow("#delete"), 200, "Delete the account of Anna Petrova?")
	if v.shows("#delete-now") {
		t.Fatal("being signed in is enough")
	}
	v.follow("#open-chat")
	nextSecond := time.Now().Truncate(time.Second).Add(time.Second)
	<-time.After(time.Until(nextSecond)) // Two logins of one second are one link.
	v.startAgain()
	v.mustBe(v.pressAndAgree(), 200, "Delete the account of Anna Petrova?")
	v.mustBe(v.follow("#delete-now"), 200, "Your account is deleted")
	if said := v.text("#removed"); !strings.Contains(said, "2 sessions;") {
		t.Errorf("it says %q", said)
	}

	v.mustBeSignedOut()
	phone.mustBeSignedOut()
}

func TestLanguage_isTheBrowsersUntilAnotherIsChosen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.newVisitor(t)
	v.disableScripts()
	v.mustBe(v.visit("/login"), 200, "Log in with Telegram")
	v.mustBe(v.follow(`[value="ru"]`), 200, "Вход через Telegram")
	v.mustBe(v.follow(`[value="fa"]`), 200, "ورود با تلگرام")
	if dir := ask(v, chromedp.Evaluate[string](`getComputedStyle(document.body).direction`)); dir != "rtl" {
		t.Errorf("Persian is written %s", dir)
	}
	v.mustBe(v.visit("/privacy"), 200, "حریم خصوصی")
}

// A browser that throws cookies away is told so after one redirect, and is not sent
// round in circles. Here something between it and the site throws them away.
func TestCookies_browserThatKeepsNoneIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target, err := url.Parse(w.site)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: func(r *http.Response) error {
			r.Header.Del("Set-Cookie")
			return nil
		},
	})
	t.Cleanup(proxy.Close)
	v := (&world{site: proxy.URL, telegram: w.telegram}).newVisitor(t)

	p := v.visit("/login/telegram?" + w.signedQuery(4711, url.Values{"first_name": {"Anna"}}))

	v.mustBe(p, 400, "Your browser did not keep the cookie")
	if p.url.Path != "/login/done" {
		t.Errorf("the address is %s", p.url)
	}
	v.lookAt("cookie-not-kept")
}
