package e2e_test

import "testing"

const plainVisit = "Telegram did not tell us who you are"

func TestLogin_openingTheLinkWithoutLoggingInShowsThePlainPage(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.openChat(anna)
	v.start()
	v.press()

	v.tick("#login") // Off: it is on to begin with.
	v.mustBe(v.follow("#accept"), 200, plainVisit)
	v.mustBeSignedOut()
}

func TestLogin_refusingShowsThePlainPage(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.openChat(anna)
	v.start()
	v.press()

	v.mustBe(v.follow("#refuse"), 200, plainVisit)
	v.mustBeSignedOut()
}

func TestLogin_decliningOpensNothing(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.openChat(anna)
	v.start()
	v.press()

	p := v.follow("#decline")

	if !p.isOn(v.world.telegram) || v.shows("#dialog") {
		t.Errorf("after declining the browser is at %s, want the chat without a question", p.url)
	}
	if asked := v.watch.requestsTo(v.world.site); len(asked) > 0 {
		t.Errorf("declining asked the site for %q", asked)
	}
}

func TestLogin_telegramThatSignsNothingShowsThePlainPage(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.openChat(anna)
	v.start()
	v.world.goWrong(t, `{"missing_data": true}`)

	v.mustBe(v.pressAndAgree(), 200, plainVisit)
	v.mustBeSignedOut()
}
