package runbooks_test

import (
	"testing"
)

func TestDirtyMigration_startsAgainAfterTheCause(t *testing.T) {
	t.Parallel()
	m := newEmptyMachine(t)
	// Somebody has made a table by hand, whose name a migration wants.
	execute(t, m.database.String(), "CREATE TABLE sessions (made_by_hand integer)")
	if answer := m.systemctl(t, []string{"start", "telegram-login-migrate"}); answer.Status == 0 {
		t.Fatal("the migration was applied over a table that is somebody's")
	}
	if answer := m.systemctl(t, []string{"start", m.unitOf(0)}); answer.Status == 0 {
		t.Fatal("the site starts on a database that is dirty")
	}
	mustSay(t, "the log", m.journal.show([]string{"--unit=" + m.unitOf(0)}).Output, "is dirty", "site migrate force")

	printed := m.carryOut(t, "Dirty migration", "", map[int]func(){
		1: func() { execute(t, m.database.String(), "DROP TABLE sessions") },
	})

	mustSay(t, "the first step", printed[0], "is dirty", `run "site migrate force 1"`, `"sessions" already exists`)
	mustSay(t, "the doctor", printed[3], "the newest")
	m.signedIn(t, anna)
}
