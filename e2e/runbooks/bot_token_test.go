package runbooks_test

import (
	"net/http"
	"testing"
	"time"
)

func TestRotateBotToken_linksOnTheirWayStillOpen(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	oldToken, token := m.read(t, "telegram_bot_token")[0], newToken()
	before := m.signedIn(t, anna)
	onItsWay, late := signLink(oldToken, boris, time.Now()), signLink(oldToken, chidi, time.Now())
	m.telegram.revoke(t, token)

	printed := m.carryOut(t, "Rotate the bot token", token+"\n", map[int]func(){
		1: func() {
			if status := m.newVisitor(t).open(t, signLink(token, dolores, time.Now())); status != http.StatusForbidden {
				t.Errorf("before the restart a link of the new token: %d; the page says that it is refused", status)
			}
		},
		2: func() {
			v := m.newVisitor(t)
			if status := v.open(t, onItsWay); status != http.StatusSeeOther {
				t.Errorf("a link that was signed before the revocation: %d", status)
			}
			v.mustBe(t, boris)
			m.signedIn(t, dolores)
		},
	})

	if status := m.newVisitor(t).open(t, late); status != http.StatusForbidden {
		t.Errorf("a link of the old token, when it is gone: %d", status)
	}
	before.mustBe(t, anna)
	m.signedIn(t, dolores)
	mustSay(t, "the doctor", printed[3], "Telegram accepts the token", "the login address knows our signature")
}
