package runbooks_test

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg"
)

// newDatabase starts a PostgreSQL with a database "site" and the roles of deploy/.
// It returns the address for the superuser.
func newDatabase(t *testing.T, ownerPassword, appPassword string) *url.URL {
	t.Helper()
	options := devpg.Options{Dir: t.TempDir(), Fast: true}
	if dir, err := devpg.DefaultDir(); err == nil {
		options.Cache = filepath.Join(dir, "cache")
	}
	server, err := devpg.Start(context.WithoutCancel(t.Context()), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	address, err := url.Parse(server.URL("site"))
	if err != nil {
		t.Fatal(err)
	}
	execute(t, server.URL("postgres"), "CREATE DATABASE site")
	makeRoles(t, address, ownerPassword, appPassword)
	return address
}

// makeRoles runs the file as it tells, with the passwords where this test has them.
func makeRoles(t *testing.T, address *url.URL, ownerPassword, appPassword string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "deploy", "roles.sql"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "roles.sql")
	for name, text := range map[string]string{
		"roles.sql":               strings.ReplaceAll(string(content), "/run/secrets", folder),
		"database_owner_password": ownerPassword + "\n",
		"database_app_password":   appPassword + "\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	psql := exec.Command(clientProgram("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file="+file)
	psql.Env = append(os.Environ(), postgresEnvironment(address)...)
	if output, err := psql.CombinedOutput(); err != nil {
		t.Fatalf("roles.sql: %v\n%s", err, output)
	}
}

// postgresEnvironment is what the page calls postgres.env.
func postgresEnvironment(address *url.URL) []string {
	password, _ := address.User.Password()
	return []string{
		"PGHOST=" + address.Hostname(), "PGPORT=" + address.Port(), "PGUSER=" + address.User.Username(),
		"PGPASSWORD=" + password, "PGDATABASE=site",
	}
}

// as is the address for a role.
func as(address *url.URL, role, password string) string {
	u := *address
	u.User = url.UserPassword(role, password)
	return u.String()
}

func execute(t *testing.T, address, statement string) {
	t.Helper()
	conn := connect(t, address)
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// count returns how many rows there are of "accounts WHERE …" and the like.
func (m *machine) count(t *testing.T, rows string, args ...any) int {
	t.Helper()
	conn := connect(t, m.database.String())
	defer conn.Close(t.Context())
	var n int
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM "+rows, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// clientProgram finds a program of PostgreSQL: the newest that a package of Debian
// has put aside, or what the path has. pg_dump must not be older than the server.
func clientProgram(name string) string {
	programs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(programs) > 0 {
		return programs[len(programs)-1]
	}
	program, _ := exec.LookPath(name)
	return program
}
