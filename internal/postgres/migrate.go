package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strconv"
	"strings"

	"github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/database"
	_ "github.com/golang-migrate/migrate/v4/database/pgx/v5" // registers pgx5://
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/telegram-login/migrations"
)

// migrationLockTimeout bounds the wait for another process that migrates, and
// for a table that a migration changes, unless the URL has a lock_timeout.
const migrationLockTimeout = "10s"

// Migrate brings the database to the newest schema. It is safe to call from
// many processes at once: one applies the files, the others wait and find
// nothing to do. It needs a direct connection or one pooled by session, because
// the lock between processes belongs to the session.
//
// A database that is newer than this program is left alone, so that the version
// before can be started again after a bad release.
//
// When ctx ends, the file in progress is finished, the rest is not begun, and
// the error wraps that of ctx. A database left dirty by a file that failed is
// refused with an error that prints the cure; see [Force].
func Migrate(ctx context.Context, databaseURL string) error {
	m, err := openMigrations(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer m.Close() // Its errors say nothing about the migrations.

	// One file at a time: between two of them is the place to stop.
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("migrating the database: stopped between two files: %w", err)
		}
		err := m.Steps(1)
		if errors.Is(err, fs.ErrNotExist) {
			return checkNewest(m)
		}
		if err != nil {
			return fmt.Errorf("migrating the database: %w", explainMigration(err))
		}
	}
}

// openMigrations connects to the database, and creates the version table in it
// when that is missing.
//
// Always by URL, never with an instance: golang-migrate derives the id of its
// lock from the name of the database, and writes that name as "/name" in one
// form and "name" in the other, so that two processes which differ in form do
// not exclude each other.
func openMigrations(ctx context.Context, databaseURL string) (*migrate.Migrate, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("migrating the database: %w", err)
	}
	migrateURL, err := migrationURL(databaseURL)
	if err != nil {
		return nil, err
	}
	files, err := iofs.New(migrations.FS, ".")
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	m, err := migrate.NewWithSourceInstance("iofs", files, migrateURL)
	if err != nil {
		_ = files.Close() // Embedded files: nothing to release.
		return nil, fmt.Errorf("opening the database for migration: %w", explainMigration(err))
	}
	// Its own timer abandons the request for the lock without ending it, and then
	// cannot close the connection. lock_timeout ends the request itself.
	m.LockTimeout = math.MaxInt64
	return m, nil
}

// migrationURL is the address in the form that golang-migrate wants, with the
// limits that suit a migration. The name of the database goes into the path
// from wherever it was given: the lock is derived from the path alone. The hosts
// leave it: several of them are no URL to net/url, which golang-migrate reads it with.
func migrationURL(databaseURL string) (string, error) {
	config, err := parse(databaseURL)
	if err != nil {
		return "", err
	}
	u, err := withoutHosts(databaseURL)
	if err != nil {
		return "", errBadURL
	}
	query := u.Query()
	hosts, ports := hostsOf(config)
	query.Set("host", strings.Join(hosts, ","))
	query.Set("port", strings.Join(ports, ","))
	for name := range query {
		if strings.HasPrefix(name, "pool_") || name == "dbname" || name == "database" {
			query.Del(name)
		}
	}
	query.Del("idle_in_transaction_session_timeout")
	query.Set("statement_timeout", "0") // Building an index takes as long as it takes.
	for name, value := range map[string]string{
		"lock_timeout":     migrationLockTimeout,
		"connect_timeout":  strconv.Itoa(int(connectTimeout.Seconds())),
		"application_name": applicationName + "-migrate",
	} {
		if query.Get(name) == "" {
			query.Set(name, value)
		}
	}
	u.Scheme, u.Path, u.RawPath, u.RawQuery = "pgx5", "/"+config.Database, "", query.Encode()
	return u.String(), nil
}

// explainMigration turns an error of golang-migrate into one that tells the
// reader what to do. It drops the text of the whole file, which golang-migrate
// would print.
func explainMigration(err error) error {
	if dirty, ok := errors.AsType[migrate.ErrDirty](err); ok {
		return dirtyError(dirty.Version)
	}
	cause := databaseCause(err)
	const lockNotAvailable = "55P03"
	if refusal, ok := errors.AsType[*pgconn.PgError](cause); ok && refusal.Code == lockNotAvailable {
		return fmt.Errorf("another process is migrating, or uses a table that a migration changes: %w", cause)
	}
	if isPoolerRefusal(cause) {
		return fmt.Errorf("%w; migrations need a direct connection to the database: set MIGRATE_DATABASE_URL", cause)
	}
	return cause
}

// databaseCause finds the error below a database.Error, which does not unwrap.
func databaseCause(err error) error {
	if step, ok := errors.AsType[*database.Error](err); ok && step.OrigErr != nil {
		return step.OrigErr
	}
	if file, ok := errors.AsType[database.Error](err); ok && file.OrigErr != nil {
		return fmt.Errorf("in line %d of the file: %w", file.Line, file.OrigErr)
	}
	return err
}
