package runbooks_test

import (
	"net/http"
	"testing"
	"time"
)

func TestTooManyRefusedLogins_namesReasonsAndAddresses(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for range 3 {
		if status := m.newVisitor(t).open(t, signLink("1:another_bot", anna, time.Now())); status != http.StatusForbidden {
			t.Fatalf("a link of another bot: %d", status)
		}
	}
	if status := m.newVisitor(t).open(t, "/login/telegram?id=1"); status != http.StatusBadRequest {
		t.Fatalf("half a link: %d", status)
	}

	printed := m.carryOut(t, "Too many refused logins", "", nil)

	mustSay(t, "the runbook", printed[0],
		`tgl_logins_total{reason="bad_signature",result="refused"}`, "3 bad_signature\n", "1 malformed:", "4 127.0.0.1\n",
		"the login address knows our signature")
}
