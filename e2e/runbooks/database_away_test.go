package runbooks_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestDatabaseAway_nobodyIsLoggedOutAndNothingIsRestarted(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	v := m.signedIn(t, anna)
	m.beforeRestart = func() { t.Error("a copy was restarted") }
	server := m.anotherDatabase("postgres")
	execute(t, server, "ALTER DATABASE site ALLOW_CONNECTIONS false")
	execute(t, server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'site'")
	await(t, "the site to notice", func() bool { return m.readyCopies(t) == 0 })
	if status := v.open(t, "/account"); status != http.StatusServiceUnavailable {
		t.Errorf("a visitor sees %d", status)
	}

	printed := m.carryOut(t, "Database away", "", map[int]func(){
		1: func() { execute(t, server, "ALTER DATABASE site ALLOW_CONNECTIONS true") },
	})

	mustSay(t, "the first step", printed[0], "problem      database", "tgl_ready 0\n", "not currently accepting connections")
	// Between them curl may say that a copy is not ready yet: it looks once a second.
	if n := strings.Count(printed[1], "ready\n"); n != len(m.ports) {
		t.Errorf("%d of %d copies became ready:\n%s", n, len(m.ports), printed[1])
	}
	v.mustBe(t, anna)
	m.signedIn(t, boris)
}

func (m *machine) anotherDatabase(name string) string {
	u := *m.database
	u.Path = "/" + name
	return u.String()
}

func (m *machine) readyCopies(t *testing.T) int {
	t.Helper()
	n := 0
	for _, port := range m.ports {
		if status, _ := get(t, http.DefaultClient, "http://localhost:"+port+"/readyz"); status == http.StatusOK {
			n++
		}
	}
	return n
}
