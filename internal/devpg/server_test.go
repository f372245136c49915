package devpg_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg"
)

// start starts a server that is stopped after the test. Tests share the cache of
// the user, so that only the first one waits for initdb.
func start(t *testing.T, o devpg.Options) *devpg.Server {
	t.Helper()
	if dir, err := devpg.DefaultDir(); err == nil && o.Cache == "" {
		o.Cache = filepath.Join(dir, "cache")
	}
	server, err := devpg.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	return server
}

func connect(t *testing.T, databaseURL string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func execute(t *testing.T, s *devpg.Server, statement string) {
	t.Helper()
	if _, err := connect(t, s.URL("postgres")).Exec(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func setting(t *testing.T, s *devpg.Server, name string) string {
	t.Helper()
	var value string
	err := connect(t, s.URL("postgres")).QueryRow(t.Context(), `SELECT current_setting($1)`, name).Scan(&value)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func stop(t *testing.T, s *devpg.Server) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
}

func TestStart_dataIsKeptBetweenRunsUntilReset(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := start(t, devpg.Options{Dir: dir})
	execute(t, first, `CREATE TABLE kept ()`)
	stop(t, first)

	second := start(t, devpg.Options{Dir: dir})
	execute(t, second, `SELECT FROM kept`)
	stop(t, second)

	third := start(t, devpg.Options{Dir: dir, Reset: true})
	execute(t, third, `CREATE TABLE kept ()`) // Fails if it is still there.
}

func TestStart_listensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	server := start(t, devpg.Options{Dir: t.TempDir()})
	for name, want := range map[string]string{"listen_addresses": "127.0.0.1", "unix_socket_directories": ""} {
		if got := setting(t, server, name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if host := connect(t, server.URL("postgres")).Config().Host; host != "127.0.0.1" {
		t.Errorf("the address names host %q", host)
	}
}

func TestStart_wantsThePassword(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config := connect(t, start(t, devpg.Options{Dir: dir}).URL("postgres")).Config()
	for _, password := range []string{"", "postgres", config.Password + "x"} {
		config.Password = password
		if conn, err := pgx.ConnectConfig(t.Context(), config); err == nil {
			conn.Close(t.Context())
			t.Errorf("connected with password %q", password)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "password"))
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the password file has mode %o, want 600", mode)
	}
}

func TestStart_onlyFastGivesUpDurability(t *testing.T) {
	t.Parallel()
	for fast, want := range map[bool]string{false: "on", true: "off"} {
		server := start(t, devpg.Options{Dir: t.TempDir(), Fast: fast})
		for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
			if got := setting(t, server, name); got != want {
				t.Errorf("Fast %t: %s = %s, want %s", fast, name, got, want)
			}
		}
	}
}

func TestStart_secondServerInAFolderIsToldWhoHasIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	start(t, devpg.Options{Dir: dir})
	_, err := devpg.Start(t.Context(), devpg.Options{Dir: dir})
	if want := "already in use by process " + pidText(); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Start error = %v, want %q in it", err, want)
	}
}

func TestStart_dataOfAnotherMajorVersionIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stop(t, start(t, devpg.Options{Dir: dir}))
	if err := os.WriteFile(filepath.Join(dir, "cluster", "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := devpg.Start(t.Context(), devpg.Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "written by PostgreSQL 9") {
		t.Errorf("Start error = %v, want one that names both versions", err)
	}
	start(t, devpg.Options{Dir: dir, Reset: true}) // The cure that the message names.
}

func TestStart_endsWhenItsContextDoes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := devpg.Start(ctx, devpg.Options{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("Start error = %v, want context.Canceled", err)
	}
	start(t, devpg.Options{Dir: dir}) // Nothing of the first attempt is in the way.
}

func TestStop_twice(t *testing.T) {
	t.Parallel()
	server := start(t, devpg.Options{Dir: t.TempDir()})
	stop(t, server)
	stop(t, server)
}

func TestStart_resetLeavesAFolderOfSomebodyElseAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	precious := filepath.Join(dir, "cluster", "precious.txt")
	if err := os.MkdirAll(filepath.Dir(precious), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(precious, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	server, err := devpg.Start(t.Context(), devpg.Options{Dir: dir, Reset: true})
	if err == nil {
		_ = server.Stop()
		t.Fatal("a folder that is no cluster was taken")
	}
	if _, err := os.Stat(precious); err != nil {
		t.Errorf("what lay there is gone: %v", err)
	}
}

func TestStart_comesBackOnThePortItHad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := start(t, devpg.Options{Dir: dir})
	before := first.URL("postgres")
	port := int(connect(t, before).Config().Port)
	stop(t, first)

	if again := start(t, devpg.Options{Dir: dir, Port: port}).URL("postgres"); again != before {
		t.Errorf("the address is another one than before: port %d was asked for", port)
	}
}
