package e2e_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/telegram-login/internal/devpg/pgtest"
)

// deployRoles is a database with the two roles of roles.sql.
type deployRoles struct {
	owner, app string // Addresses of the database.
}

// newDeployRoles runs the file as the image of PostgreSQL does, on an empty
// database. Roles belong to the whole server, so each test has names of its own.
func newDeployRoles(t *testing.T) deployRoles {
	t.Helper()
	psql := deployTool(t, "psql")
	folder, suffix := t.TempDir(), "_"+strings.ToLower(rand.Text()[:10])
	for _, name := range []string{"database_owner_password", "database_app_password"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(rand.Text()+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(folder, "roles.sql")
	deployChange(t, "roles.sql", file, "/run/secrets", folder,
		"site_owner", "site_owner"+suffix, "site_app", "site_app"+suffix)
	admin := pgtest.Empty(t)
	t.Cleanup(func() { removeDeployRoles(t, admin, suffix) })
	deployRun(t, psql, "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--dbname="+admin, "--file="+file)
	as := func(role, passwordFile string) string {
		u, err := url.Parse(admin)
		if err != nil {
			t.Fatal("the database's address is no URL")
		}
		password, err := os.ReadFile(filepath.Join(folder, passwordFile))
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword(role+suffix, strings.TrimSpace(string(password)))
		return u.String()
	}
	return deployRoles{owner: as("site_owner", "database_owner_password"), app: as("site_app", "database_app_password")}
}

// removeDeployRoles runs after everybody who used the roles has gone, and before
// the database goes.
func removeDeployRoles(t *testing.T, admin, suffix string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	db, err := pgx.Connect(ctx, admin)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(ctx)
	for _, statement := range []string{
		"REASSIGN OWNED BY site_owner# TO CURRENT_USER",
		"DROP OWNED BY site_app#", "DROP OWNED BY site_owner#", "DROP ROLE site_app#, site_owner#",
	} {
		if _, err := db.Exec(ctx, strings.ReplaceAll(statement, "#", suffix)); err != nil {
			t.Errorf("removing the roles of this test: %v", err)
		}
	}
}

// deployMigrate runs "site migrate".
func deployMigrate(t *testing.T, databaseURL string) (output string, err error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), built(t, "site"), "migrate")
	command.Env = []string{"DATABASE_URL=" + databaseURL}
	text, err := command.CombinedOutput()
	return string(text), err
}

// A copy of the site that starts on an older schema tries to migrate. It must fail
// as a whole then, and say why, and not leave a dirty version behind.
func TestDeployRoles_onlyTheOwnerMigrates(t *testing.T) {
	t.Parallel()
	roles := newDeployRoles(t)
	mustFail := func(when string) {
		t.Helper()
		if output, err := deployMigrate(t, roles.app); err == nil || !strings.Contains(output, "permission denied") {
			t.Errorf("%s the site's role migrates: %v\n%s", when, err, output)
		}
	}
	mustFail("on an empty database")
	if output, err := deployMigrate(t, roles.owner); err != nil {
		t.Fatalf("the owner cannot migrate: %v\n%s", err, output)
	}
	if output, err := deployMigrate(t, roles.app); err != nil {
		t.Errorf("with nothing to do, the site's role fails: %v\n%s", err, output)
	}
	owner := deployConnect(t, roles.owner)
	var before, after int
	var dirty bool
	if err := owner.QueryRow(t.Context(), "UPDATE schema_migrations SET version = version - 1 RETURNING version").Scan(&before); err != nil {
		t.Fatal(err)
	}
	mustFail("on an older schema")
	if err := owner.QueryRow(t.Context(), "SELECT version, dirty FROM schema_migrations").Scan(&after, &dirty); err != nil {
		t.Fatal(err)
	}
	if after != before || dirty {
		t.Errorf("version %d, dirty %v; want %d and clean", after, dirty, before)
	}
}

// Whoever gets hold of the site's connection can read and write rows, as the site
// can, and no more.
func TestDeployRoles_theSiteChangesRowsAndNoTable(t *testing.T) {
	t.Parallel()
	roles := newDeployRoles(t)
	if output, err := deployMigrate(t, roles.owner); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	owner, app := deployConnect(t, roles.owner), deployConnect(t, roles.app)
	for _, statement := range []string{
		"CREATE TABLE loot (id int)", "CREATE TEMP TABLE loot (id int)", "DROP TABLE accounts", "ALTER TABLE sessions ADD COLUMN loot int",
		"TRUNCATE used_links", "TRUNCATE schema_migrations", "CREATE SCHEMA loot", "CREATE ROLE loot", "SELECT pg_read_file('/etc/passwd')",
		"COPY accounts TO PROGRAM 'cat'", "CREATE FUNCTION loot() RETURNS int LANGUAGE sql AS 'SELECT 1'",
	} {
		_, err := app.Exec(t.Context(), statement)
		const insufficientPrivilege = "42501"
		if refusal, ok := errors.AsType[*pgconn.PgError](err); !ok || refusal.Code != insufficientPrivilege {
			t.Errorf("%s: %v", statement, err)
		}
	}
	// What a later migration makes is the site's to use as well.
	if _, err := owner.Exec(t.Context(), "CREATE TABLE later (id bigserial PRIMARY KEY, word text)"); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"INSERT INTO later (word) VALUES ('a')", "UPDATE later SET word = 'b'", "SELECT * FROM later", "DELETE FROM later",
	} {
		if _, err := app.Exec(t.Context(), statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func deployConnect(t *testing.T, databaseURL string) *pgx.Conn {
	t.Helper()
	db, err := pgx.Connect(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close(context.WithoutCancel(t.Context())) })
	return db
}
