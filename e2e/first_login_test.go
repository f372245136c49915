package e2e_test

import "testing"

func TestLogin_pressingAndAgreeingLeadsToTheAccount(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)

	p := v.logIn(anna)

	v.mustBeSignedIn(p, "Anna Petrova")
	if p.url.Path != "/account" || p.url.RawQuery != "" {
		t.Errorf("address bar shows %s, want /account and nothing of the signed data", p.url)
	}
}

func TestLogin_secondPressAsksNothing(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.mustBeSignedIn(v.logIn(anna), "Anna Petrova")
	v.logOut()

	v.mustBeSignedIn(v.logInAgain(anna), "Anna Petrova")
}

func TestLogin_worksWithoutJavaScript(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.disableScripts()

	v.visit("/login")
	v.follow("#open-chat")
	v.start()
	v.press()
	v.tick("#login")
	if v.shows("#write:disabled") {
		t.Fatal("a script of the dialog ran: this test is not about a browser without scripts")
	}
	v.tick("#login")
	v.mustBeSignedIn(v.follow("#accept"), "Anna Petrova")
	v.logOut()
	v.mustBeSignedOut()
}
