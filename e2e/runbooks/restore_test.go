package runbooks_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// What a backup revives, and what it has forgotten, must not let anybody in or
// bring anybody back.
func TestRestore_revivesNoSessionNoLinkAndNoAccount(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	token := m.read(t, "telegram_bot_token")[0]
	stays, leaves, silent, deleted := m.signedIn(t, anna), m.signedIn(t, anna), m.signedIn(t, boris), m.signedIn(t, dolores)
	m.telegram.write(t, dolores, "hello")
	await(t, "what Telegram tells about Dolores", func() bool { return m.count(t, "write_access_events WHERE telegram_id = $1", dolores) > 0 })
	// After an older restore Anna was given the number of somebody who had gone.
	m.journal.add(m.unitOf(0), time.Now().Add(-time.Hour), fmt.Sprintf(`{"level":"INFO","msg":"security event","event":"user_deleted",`+
		`"request_id":"1","client_ip":"127.0.0.1","account_id":%d,"sessions_ended":1}`, m.accountID(t, anna)))

	m.carryOut(t, "Back up", "", nil)

	forgotten := signLink(token, chidi, time.Now().Add(-30*time.Second))
	if status := m.newVisitor(t).open(t, forgotten); status != http.StatusSeeOther {
		t.Fatalf("a link that the backup does not know: %d", status)
	}
	kept := leaves.copyOf(t) // Of the cookies.
	leaves.must(t, leaves.post(t, "/logout", nil))
	silent.must(t, silent.post(t, "/account/notifications", url.Values{"on": {"0"}}))
	deleted.deleteAccount(t, dolores)

	printed := m.carryOut(t, "Restore from backup", "", map[int]func(){
		4: func() {
			for rows, want := range map[string]int{
				"accounts WHERE telegram_id = $1": 0, "write_access_events WHERE telegram_id = $1": 0,
			} {
				if n := m.count(t, rows, dolores); n != want {
					t.Errorf("before visitors are let in: %d of %s, who was deleted", n, rows)
				}
			}
			if n := m.count(t, "sessions"); n == 0 {
				t.Error("the backup has no sessions: nothing is shown below")
			}
		},
	})

	stays.mustBeNobody(t)
	kept.mustBeNobody(t)
	if status := m.newVisitor(t).open(t, forgotten); status == http.StatusSeeOther {
		t.Error("a link was used again that the backup has forgotten")
	}
	if n := m.count(t, "accounts WHERE telegram_id IN ($1, $2)", anna, boris); n != 2 {
		t.Errorf("%d of 2 accounts are there that nobody deleted", n)
	}
	if n := m.count(t, "accounts WHERE notifications AND telegram_id = $1", boris); n != 0 {
		t.Error("who turned messages off gets them again")
	}
	m.signedIn(t, anna)
	m.signedIn(t, dolores)
	mustSay(t, "the metrics", printed[6], "tgl_ready 1\ntgl_ready 1")
}

func (m *machine) accountID(t *testing.T, person int64) int64 {
	t.Helper()
	conn := connect(t, m.database.String())
	defer conn.Close(t.Context())
	var id int64
	if err := conn.QueryRow(t.Context(), "SELECT id FROM accounts WHERE telegram_id = $1", person).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// must fails unless the site led on.
func (v *visitor) must(t *testing.T, status int) {
	t.Helper()
	if status != http.StatusSeeOther {
		t.Fatalf("the site answers %d", status)
	}
}

// copyOf is another browser that somebody has put this one's cookies into.
func (v *visitor) copyOf(t *testing.T) *visitor {
	t.Helper()
	thief := v.machine.newVisitor(t)
	u, err := url.Parse(v.machine.publicURL)
	if err != nil {
		t.Fatal(err)
	}
	thief.client.Jar.SetCookies(u, v.client.Jar.Cookies(u))
	return thief
}

var stateOfLink = regexp.MustCompile(`\?start=([A-Za-z0-9_-]+)`)

// deleteAccount goes the whole way: ask, prove it with a fresh login, delete.
func (v *visitor) deleteAccount(t *testing.T, person int64) {
	t.Helper()
	_, page := get(t, v.client, v.machine.publicURL+"/account/delete")
	state := stateOfLink.FindStringSubmatch(page)
	if state == nil {
		t.Fatalf("the page does not lead to the chat:\n%s", page)
	}
	proof := signLink(v.machine.read(t, "telegram_bot_token")[0], person, time.Now()) + "&state=" + state[1]
	v.must(t, v.open(t, proof))
	v.must(t, v.post(t, "/account/delete", nil))
	if n := v.machine.count(t, "accounts WHERE telegram_id = "+strconv.FormatInt(person, 10)); n != 0 {
		t.Fatal("the account is not deleted")
	}
}
