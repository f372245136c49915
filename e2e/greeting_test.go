package e2e_test

import "testing"

func TestGreeting_isOnTheFirstPageOnly(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.logIn(anna)

	if got := v.text("#greeting bdi"); got != "Anna Petrova" {
		t.Errorf("the greeting says %q, want Anna Petrova", got)
	}
	v.reload()
	if v.shows("#greeting") {
		t.Error("the greeting is there a second time")
	}
}

func TestGreeting_isOnWhateverPageComesFirst(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)

	v.visit("/login?next=%2F")
	v.follow("#open-chat")
	v.start()
	if p := v.pressAndAgree(); p.url.Path != "/" {
		t.Fatalf("the login leads to %s, want the page that was asked for", p.url.Path)
	}

	if got := v.text("#greeting bdi"); got != "Anna Petrova" {
		t.Errorf("the greeting says %q, want Anna Petrova", got)
	}
	v.visit("/account")
	if v.shows("#greeting") {
		t.Error("the greeting is there a second time")
	}
}

func TestGreeting_offersTheWayOutToWhoIsSomebodyElse(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.logIn(anna)

	v.follow("#greeting button")

	v.mustBeSignedOut()
}
