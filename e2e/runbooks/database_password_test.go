package runbooks_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestRotateDatabasePassword_loginsGoOnAndTheOldPasswordsOpenNothing(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	var old []string
	for _, file := range []string{"database_url", "database_owner_url"} {
		old = append(old, m.read(t, file)[0])
	}
	before := m.signedIn(t, anna)
	var between *visitor
	m.beforeRestart = func() { between = m.signedIn(t, boris) } // The copies have not heard of it yet.

	printed := m.carryOut(t, "Rotate the database password", "", nil)

	for i, address := range old {
		if conn, err := pgx.Connect(t.Context(), address); err == nil {
			_ = conn.Close(t.Context())
			t.Errorf("old password %d still opens the database", i+1)
		}
	}
	before.mustBe(t, anna)
	between.mustBe(t, boris)
	m.signedIn(t, chidi)
	mustSay(t, "the doctor", printed[1], "answers, and can be written")
}
