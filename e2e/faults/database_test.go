package faults_test

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg"
)

// database is a PostgreSQL that writes to disk before it says so, can be killed,
// and comes back on the same port with the same data.
type database struct {
	dir    string
	port   int
	server *devpg.Server
	log    output
}

func newDatabase(t *testing.T) *database {
	t.Helper()
	d := &database{dir: dataDir(t)}
	d.start(t)
	config, err := pgx.ParseConfig(d.url())
	if err != nil {
		t.Fatal(err)
	}
	d.port = int(config.Port)
	t.Cleanup(func() { _ = d.server.Stop() })
	return d
}

// dataDir is on the disk in the full tier. The short one shares its machine with
// other tests, and would measure what they do to the disk: it has its data in
// memory where there is room. What is killed here are processes, not the machine,
// and what PostgreSQL has written it finds again in either.
func dataDir(t *testing.T) string {
	t.Helper()
	memory, pattern, ok := inMemory()
	if *full || !ok {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, pattern) //nolint:usetesting // That one is on the disk.
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o711); err != nil { // The server runs as another user, who must pass.
		t.Fatal(err)
	}
	return dir
}

func (d *database) start(t *testing.T) {
	t.Helper()
	options := devpg.Options{
		Dir: d.dir, Port: d.port,
		Log: slog.New(slog.NewTextHandler(&d.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if dir, err := devpg.DefaultDir(); err == nil {
		options.Cache = filepath.Join(dir, "cache")
	}
	server, err := devpg.Start(context.WithoutCancel(t.Context()), options)
	if err != nil {
		t.Fatal(err)
	}
	d.server = server
}

// ways to end a server, from kill -9 to what an operator plans.
//
// Source: https://www.postgresql.org/docs/current/server-shutdown.html
const (
	killed      = syscall.SIGKILL
	immediately = syscall.SIGQUIT // No checkpoint: the next start recovers from the log.
	fast        = syscall.SIGINT  // Connections are cut, the data is written out.
)

// end ends the server and returns when its process is gone.
func (d *database) end(t *testing.T, way syscall.Signal) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(d.dir, "cluster", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		t.Fatal(err)
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Signal(way); err != nil {
		t.Fatal(err)
	}
	_ = d.server.Stop() // Waits for the end, and lets go of the folder.
}

func (d *database) url() string { return d.server.URL("postgres") }

// create makes one more database, which is empty.
func (d *database) create(t *testing.T, name string) {
	t.Helper()
	if _, err := d.connect(t).Exec(t.Context(), `CREATE DATABASE `+pgx.Identifier{name}.Sanitize()); err != nil {
		t.Fatal(err)
	}
}

// in is the address of another database, by way of somebody in between.
func (d *database) in(t *testing.T, address, name string) string {
	t.Helper()
	u, err := url.Parse(d.through(t, address))
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// schema lists the columns, indexes and the version of a database.
func (d *database) schema(t *testing.T, name string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.server.URL(name))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	var all string
	if err := conn.QueryRow(t.Context(), `SELECT string_agg(line, E'\n' ORDER BY line) FROM (
		SELECT table_name || '.' || column_name || ' ' || data_type AS line FROM information_schema.columns WHERE table_schema = 'public'
		UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
		UNION ALL SELECT 'version ' || version || ' dirty ' || dirty FROM schema_migrations) AS lines`).Scan(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// through is the address of the database by way of somebody in between.
func (d *database) through(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(d.url())
	if err != nil {
		t.Fatal(err)
	}
	u.Host = address
	return u.String()
}

func (d *database) password(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(d.url())
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	return password
}

// connect is a way to the database that no fault is on.
func (d *database) connect(t *testing.T) *pgx.Conn {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	conn, err := pgx.Connect(ctx, d.url())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(ctx) })
	return conn
}
