package e2e_test

import "testing"

const linkUsed = "This login link was used before"

func TestUsedLink_isRefusedInAnotherBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.newVisitor(t)
	v.logIn(anna)
	stranger := w.newVisitor(t)

	stranger.mustBe(stranger.open(v.signedLink()), 409, linkUsed)
	stranger.mustBeSignedOut()
}

func TestUsedLink_isAHarmlessReloadInTheSameBrowser(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.logIn(anna)
	session := v.cookies()["session"]

	v.mustBeSignedIn(v.open(v.signedLink()), "Anna Petrova")

	if v.cookies()["session"] != session {
		t.Error("the reload started another session")
	}
}

func TestUsedLink_isRefusedAfterLogout(t *testing.T) {
	t.Parallel()
	v := newWorld(t).newVisitor(t)
	v.logIn(anna)
	v.logOut()

	v.mustBe(v.open(v.signedLink()), 409, linkUsed)
	v.mustBeSignedOut()
}

func TestUsedLink_offersAnotherPersonTheirOwnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.newVisitor(t)
	v.logIn(anna)
	other := w.newVisitor(t)
	other.logIn(boris)

	other.mustBe(other.open(v.signedLink()), 409, linkUsed)
	other.mustBeSignedIn(other.follow("#continue"), "Boris König")
}
