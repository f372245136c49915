package e2e_test

import "testing"

func TestSession_staysThroughBackForwardAndReload(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.logIn(anna)

	if p := v.back(); !p.isOn(v.world.telegram) {
		t.Errorf("back leads to %s, want the chat: the signed link must not be in the history", p.url)
	}
	v.mustBeSignedIn(v.forward(), "Anna Petrova")
	v.mustBeSignedIn(v.reload(), "Anna Petrova")
}

func TestSession_logoutEndsIt(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.logIn(anna)

	if p := v.logOut(); p.url.Path != "/" {
		t.Errorf("logging out leads to %s, want the start page", p.url.Path)
	}
	v.mustBeSignedOut()
}

func TestSession_logoutTakesTheCookiesAway(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.logIn(anna)

	v.logOut()

	if left := v.cookies(); len(left) > 0 {
		t.Errorf("logging out leaves the cookies %v", left)
	}
}

func TestSession_keptCookieOpensNothingAfterLogout(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.logIn(anna)
	kept := v.cookies()["session"]
	v.logOut()

	v.setCookie("session", kept)

	v.mustBeSignedOut()
}

func TestSession_logoutLeavesTheOtherBrowserSignedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	phone, laptop := w.newVisitor(t), w.newVisitor(t)
	phone.logIn(anna)
	laptop.logInAgain(anna)

	laptop.logOut()

	phone.mustBeSignedIn(phone.visit("/account"), "Anna Petrova")
}
