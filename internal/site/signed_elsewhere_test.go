package site_test

import (
	"net/http"
	"strings"
	"testing"
)

// Any bot can put a button with a path of ours under its messages, and Telegram
// signs what it opens: the whole set of fields can arrive anywhere (T02).
func TestSignedFields_signNobodyInAtAnyOtherAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := w.query(anna, 0)
	w.pass(1)
	nothing := w.rows()
	for _, path := range []string{
		"/", "/privacy", "/login", "/login/done", "/login/confirm", "/logout", "/account", "/account/sessions",
		"/account/messages", "/account/activity", "/account/data", "/account/delete", "/account/deleted", "/language",
		"/telegram/webhook", "/static/site.css", "/livez", "/readyz", "/nowhere", "/favicon.ico",
		"/login/telegram/", "//login/telegram", "/login//telegram", "/Login/Telegram", "/login/telegram/x", "/login/telegram.html",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut} {
			b := w.newBrowser()
			a := b.send(method, path+"?"+link.Encode(), http.Header{"Sec-Fetch-Site": {"same-origin"}}, nil)
			if b.cookie("session") != "" || w.rows() != nothing {
				t.Fatalf("%s %s signed somebody in, or wrote something", method, path)
			}
			if shown := a.body + a.location(); strings.Contains(shown, link.Get("hash")) {
				t.Errorf("%s %s hands the signature on: %s", method, path, shown)
			}
			if a.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%s %s: %s", method, path, a.Status)
			}
		}
	}
	if strings.Contains(w.log.String(), link.Get("hash")) {
		t.Error("a signature is in the log")
	}
	// None of them has used the link up, and it was a real one.
	if a := w.newBrowser().arrive(link); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the link itself: %s: %s", a.Status, a.heading())
	}
}
