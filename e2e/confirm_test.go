package e2e_test

import "testing"

const (
	asTelegramWeb = `{"telegram_web": true}`
	confirmAnna   = "Continue as Anna Petrova?"
	confirmBoris  = "Continue as Boris König?"
)

func TestConfirm_whoIsSignedInAsSomebodyElseIsAsked(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.logIn(anna)

	v.mustBe(v.logIn(boris), 200, confirmBoris)
	v.mustBeSignedIn(v.visit("/account"), "Anna Petrova")
}

func TestConfirm_continuingSignsInTheNewPerson(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.logIn(anna)
	v.mustBe(v.logIn(boris), 200, confirmBoris)

	v.mustBeSignedIn(v.follow("#confirm"), "Boris König")
}

func TestConfirm_stayingKeepsTheOldPerson(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.logIn(anna)
	v.mustBe(v.logIn(boris), 200, confirmBoris)

	if got, want := v.text("#cancel"), "Stay signed in as Anna Petrova"; got != want {
		t.Errorf("the way out is called %q, want %q", got, want)
	}
	v.mustBeSignedIn(v.follow("#cancel"), "Anna Petrova")
}

func TestConfirm_linkFromAnotherSiteIsAskedAbout(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.world.goWrong(t, asTelegramWeb)

	v.mustBe(v.logIn(anna), 200, confirmAnna)
	v.mustBeSignedOut()
}

func TestConfirm_continuingAfterALinkFromAnotherSiteSignsIn(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.world.goWrong(t, asTelegramWeb)
	v.mustBe(v.logIn(anna), 200, confirmAnna)

	v.mustBeSignedIn(v.follow("#confirm"), "Anna Petrova")
}

func TestConfirm_loginThatBeganOnTheSiteIsNotAskedAbout(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.world.goWrong(t, asTelegramWeb)

	v.visit("/login")
	v.follow("#open-chat")
	v.start()
	v.mustBeSignedIn(v.pressAndAgree(), "Anna Petrova")
}

func TestConfirm_attemptVouchesOnlyOnce(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.world.goWrong(t, asTelegramWeb)
	v.visit("/login")
	if v.cookies()["login"] == "" {
		t.Fatal("no attempt was started")
	}
	v.follow("#open-chat")
	v.start()
	v.mustBeSignedIn(v.pressAndAgree(), "Anna Petrova")
	if v.cookies()["login"] != "" {
		t.Error("the attempt is still there after the login")
	}
	v.logOut()

	// The button in the chat still carries the state of the first login.
	v.mustBe(v.logInAgain(anna), 200, confirmAnna)
}
