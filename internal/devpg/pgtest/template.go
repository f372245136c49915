package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/postgres"
	"example.com/telegram-login/migrations"
)

// template is a migrated database that is never used, only cloned.
type template struct {
	admin    *pgxpool.Pool
	server   *server
	name     string
	strategy string
}

// newTemplate returns the template for the migrations of this build. Its name
// holds a hash of them, so on a shared server other versions have others.
func newTemplate(ctx context.Context, s *server) (*template, error) {
	// Creating a database on a busy disk may take longer than a query of the site.
	admin, err := postgres.Open(ctx, withParameters(s.url,
		"statement_timeout", "0", "lock_timeout", "0", "pool_max_conns", "4", "pool_acquire_timeout", "5m"))
	if err != nil {
		return nil, err
	}
	hash, err := migrationsHash()
	if err != nil {
		return nil, err
	}
	t := &template{admin: admin, server: s, name: "telegram_login_template_" + hash}
	if err := t.build(ctx); err != nil {
		admin.Close()
		return nil, fmt.Errorf("building the template database: %w", err)
	}
	if t.strategy, err = cloneStrategy(ctx, admin, s.onTmpfs); err != nil {
		admin.Close()
		return nil, err
	}
	return t, nil
}

// templateLock is any number that nobody else on the server uses.
const templateLock = 7_204_118_365

// build makes the template unless it is there. Several test processes may share
// a server: one builds, under a lock, and the others wait. IS_TEMPLATE is set
// last and marks the template complete.
func (t *template) build(ctx context.Context) error {
	conn, err := t.admin.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, templateLock); err != nil {
		return err
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, templateLock)
	}()
	var complete bool
	err = conn.QueryRow(ctx, `SELECT datistemplate FROM pg_database WHERE datname = $1`, t.name).Scan(&complete)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if complete {
		return nil
	}
	name := pgx.Identifier{t.name}.Sanitize()
	for _, statement := range []string{`DROP DATABASE IF EXISTS ` + name, `CREATE DATABASE ` + name} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	if err := postgres.Migrate(ctx, t.server.database(t.name)); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `ALTER DATABASE `+name+` IS_TEMPLATE true`)
	return err
}

// cloneStrategy is how PostgreSQL copies the template. Copying files is faster
// in memory, writing through the log is faster on disks; 15 is the first version
// that has the choice.
func cloneStrategy(ctx context.Context, admin *pgxpool.Pool, onTmpfs bool) (string, error) {
	var version int
	err := admin.QueryRow(ctx, `SELECT current_setting('server_version_num')::int`).Scan(&version)
	if err != nil {
		return "", fmt.Errorf("reading the version of the test server: %w", err)
	}
	if onTmpfs && version >= 150000 {
		return ` STRATEGY file_copy`, nil
	}
	return "", nil
}

// clone creates a database from the template.
func (t *template) clone(ctx context.Context, name string) error {
	_, err := t.admin.Exec(ctx, `CREATE DATABASE `+pgx.Identifier{name}.Sanitize()+
		` TEMPLATE `+pgx.Identifier{t.name}.Sanitize()+t.strategy)
	if err != nil {
		return fmt.Errorf("cloning the template database: %w", err)
	}
	return nil
}

// createEmpty creates a database with nothing in it.
func (t *template) createEmpty(ctx context.Context, name string) error {
	_, err := t.admin.Exec(ctx, `CREATE DATABASE `+pgx.Identifier{name}.Sanitize())
	if err != nil {
		return fmt.Errorf("creating an empty database: %w", err)
	}
	return nil
}

// drop removes a database and cuts off whoever is connected to it.
func (t *template) drop(ctx context.Context, name string) error {
	_, err := t.admin.Exec(ctx, `DROP DATABASE IF EXISTS `+pgx.Identifier{name}.Sanitize()+` WITH (FORCE)`)
	return err
}

// migrationsHash changes when any migration file does.
func migrationsHash() (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(migrations.FS, path)
		fmt.Fprintf(hash, "%s %d %s", path, len(content), content)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("reading the migrations: %w", err)
	}
	return hex.EncodeToString(hash.Sum(nil))[:16], nil
}
