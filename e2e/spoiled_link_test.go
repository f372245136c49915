package e2e_test

import "testing"

func TestLogin_spoiledLinkSignsNobodyIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct {
		name, fault, heading string
	}{
		{"too old", `{"expired_auth_date": true}`, "This login link has expired"},
		{"from the future", `{"future_auth_date": true}`, "Our clock and Telegram’s do not agree"},
		{"changed on its way", `{"tampered_field": true}`, "This login is not valid"},
		{"signed by another bot", `{"wrong_token": true}`, "This login is not valid"},
	}
	for _, test := range tests { //nolint:paralleltest // One after another: a fault holds for the whole world.
		t.Run(test.name, func(t *testing.T) {
			w.goWrong(t, test.fault)
			v := w.newVisitor(t)

			p := v.logIn(anna)

			v.mustBe(p, 403, test.heading)
			v.mustBeSignedOut()
		})
	}
}
