package postgres_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg"
	"example.com/telegram-login/internal/postgres"
)

// pairOfServers are two servers of which one can be written, as a primary and
// its standby. The same role and password lead into both.
type pairOfServers struct {
	a, b *devpg.Server
}

// siteURL leads to whichever can be written.
func (p pairOfServers) siteURL(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("postgres://site:hunter2@%s,%s/postgres?sslmode=disable&target_session_attrs=read-write",
		host(t, p.a), host(t, p.b))
}

func host(t *testing.T, server *devpg.Server) string {
	t.Helper()
	u, err := url.Parse(server.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

func startPair(t *testing.T) pairOfServers {
	t.Helper()
	var servers [2]*devpg.Server
	for i := range servers {
		server, err := devpg.Start(t.Context(), devpg.Options{Dir: t.TempDir(), Fast: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = server.Stop() })
		change(t, server, `CREATE ROLE site SUPERUSER LOGIN PASSWORD 'hunter2'`)
		servers[i] = server
	}
	return pairOfServers{servers[0], servers[1]}
}

// change changes a server, whether it is read-only or not.
func change(t *testing.T, server *devpg.Server, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL("postgres")+"&default_transaction_read_only=off")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, statement := range statements {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// setReadOnly reaches the connections that are open, too.
func setReadOnly(t *testing.T, server *devpg.Server, on bool) {
	t.Helper()
	change(t, server, fmt.Sprintf(`ALTER SYSTEM SET default_transaction_read_only = %t`, on), `SELECT pg_reload_conf()`)
	for setting := ""; setting != map[bool]string{true: "on", false: "off"}[on]; {
		setting = ask[string](t, server.URL("postgres"), `SHOW default_transaction_read_only`)
	}
}

// writtenTo writes until that succeeds, and returns the port of who took it and how long that took.
func writtenTo(t *testing.T, pool *pgxpool.Pool) (port string, after time.Duration) {
	t.Helper()
	began := time.Now()
	for {
		err := pool.QueryRow(t.Context(), `INSERT INTO used_links (mac, expires_at)
			SELECT sha256(random()::text::bytea), now() RETURNING inet_server_port()::text`).Scan(&port)
		if err == nil {
			return port, time.Since(began)
		}
		if after = time.Since(began); after > time.Minute {
			t.Fatalf("no write after %v: %v", after, err)
		}
	}
}

// F06: the first host is the primary; then it becomes a standby and the second
// one takes over; then that one stops.
func TestOpen_followsThePrimaryByItself(t *testing.T) {
	t.Parallel()
	pair := startPair(t)
	for _, server := range []*devpg.Server{pair.a, pair.b} {
		if err := postgres.Migrate(t.Context(), server.URL("postgres")); err != nil {
			t.Fatal(err)
		}
	}
	setReadOnly(t, pair.b, true)
	pool := open(t, pair.siteURL(t)+"&pool_max_conns=4")
	takeAll(t, pool)() // All are open, and lead to the first.
	want := func(server *devpg.Server, when string) {
		t.Helper()
		port, after := writtenTo(t, pool)
		t.Logf("%s: first write after %v", when, after)
		if !strings.HasSuffix(host(t, server), ":"+port) {
			t.Errorf("%s: written to port %s, want %s", when, port, host(t, server))
		}
	}
	want(pair.a, "at first")

	setReadOnly(t, pair.a, true)
	setReadOnly(t, pair.b, false)
	want(pair.b, "the first became a standby")

	setReadOnly(t, pair.a, false)
	if err := pair.b.Stop(); err != nil {
		t.Fatal(err)
	}
	want(pair.a, "the second has stopped")
}

// Migrations and the doctor find the primary too.
func TestMigrate_severalHosts(t *testing.T) {
	t.Parallel()
	pair := startPair(t)
	setReadOnly(t, pair.a, true)
	if err := postgres.Migrate(t.Context(), pair.siteURL(t)); err != nil {
		t.Fatalf("Migrate = %v", err)
	}
	if got := version(t, pair.a.URL("postgres")); got != 0 {
		t.Errorf("the standby is at version %d, want 0", got)
	}
	newest, err := postgres.NewestMigration()
	if err != nil {
		t.Fatal(err)
	}
	want := postgres.State{Version: newest, Newest: newest}
	if got, err := postgres.Inspect(t.Context(), pair.siteURL(t)); err != nil || got != want {
		t.Errorf("Inspect = %+v, %v; want %+v", got, err, want)
	}

	setReadOnly(t, pair.b, true)
	for function, call := range map[string]func() error{
		"Migrate": func() error { return postgres.Migrate(t.Context(), pair.siteURL(t)) },
		"Inspect": func() error { _, err := postgres.Inspect(t.Context(), pair.siteURL(t)); return err },
	} {
		if err := call(); err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "read only connection") {
			t.Errorf("both are standbys: %s = %v, want that connections are read-only, without the password", function, err)
		}
	}
}
