package runbooks_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// A thief with the token needs no Telegram: revoking it is not enough.
func TestLeakedBotToken_theThiefIsOutAndStaysOut(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	leaked, token := m.read(t, "telegram_bot_token")[0], newToken()
	people := m.signedIn(t, anna)
	var thief []*visitor
	for _, victim := range []int64{anna, boris, chidi} {
		thief = append(thief, m.signedIn(t, victim))
	}
	honest := signLink(leaked, dolores, time.Now().Add(-10*time.Second)) // Signed by Telegram, and not opened yet.

	printed := m.carryOut(t, "Leaked bot token", token+"\n", map[int]func(){
		1: func() {
			for _, port := range m.ports {
				if status, _ := get(t, http.DefaultClient, "http://localhost:"+port+"/livez"); status != 0 {
					t.Errorf("the copy on port %s answers while nobody is to be let in: %d", port, status)
				}
			}
			m.telegram.revoke(t, token)
		},
	})

	for _, v := range append(thief, people) {
		v.mustBeNobody(t)
	}
	for _, link := range []string{signLink(leaked, anna, time.Now()), honest} {
		if status := m.newVisitor(t).open(t, link); status != http.StatusForbidden {
			t.Errorf("a link that was signed with the leaked token: %d", status)
		}
	}
	m.signedIn(t, anna).mustBe(t, anna)
	mustSay(t, "the list of addresses", printed[3], "3 127.0.0.1")
	if n := strings.Count(printed[5], `"telegram_bot_tokens":1`); n != 2 {
		t.Errorf("%d copies say that they have one token:\n%s", n, printed[5])
	}
}

// The time is what ends sessions and links, not only the token.
func TestLeakedBotToken_olderLinksOfTheNewTokenAreRefusedToo(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	token := newToken()
	older := signLink(token, anna, time.Now().Add(-30*time.Second))

	m.carryOut(t, "Leaked bot token", token+"\n", map[int]func(){1: func() { m.telegram.revoke(t, token) }})

	if status := m.newVisitor(t).open(t, older); status != http.StatusForbidden {
		t.Errorf("a link from before: %d", status)
	}
	mustSay(t, "the log", m.journal.String(), `"reason":"expired"`)
}
