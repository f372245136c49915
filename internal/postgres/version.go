package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/database"
	"github.com/golang-migrate/migrate/v4/source"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/telegram-login/migrations"
)

// Version reports which migration the database is at, 0 when none was applied,
// and whether it is dirty: the file of that version failed or was interrupted.
// It writes nothing and waits for no migration.
func Version(ctx context.Context, databaseURL string) (version uint, dirty bool, err error) {
	conn, err := connect(ctx, databaseURL)
	if err != nil {
		return 0, false, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return readVersion(ctx, conn)
}

func connect(ctx context.Context, databaseURL string) (*pgx.Conn, error) {
	config, err := poolConfig(databaseURL)
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return nil, fmt.Errorf("opening the database: %w", explainPooler(err))
	}
	return conn, nil
}

func readVersion(ctx context.Context, conn *pgx.Conn) (version uint, dirty bool, err error) {
	err = conn.QueryRow(ctx, `SELECT version, dirty FROM schema_migrations`).Scan(&version, &dirty)
	const undefinedTable = "42P01"
	refusal, refused := errors.AsType[*pgconn.PgError](err)
	switch {
	case errors.Is(err, pgx.ErrNoRows), refused && refusal.Code == undefinedTable:
		return 0, false, nil
	case err != nil:
		return 0, false, fmt.Errorf("reading the version of the database: %w", err)
	}
	return version, dirty, nil
}

// State is what a start of the site depends on.
type State struct {
	Version, Newest uint // The migration that the database is at, and the last that we know.
	Dirty           bool
	ReadOnly        bool // A standby, or set so.
}

// Inspect looks at a database, and writes nothing. Errors hold no password.
func Inspect(ctx context.Context, databaseURL string) (State, error) {
	var s State
	var err error
	if s.Newest, err = NewestMigration(); err != nil {
		return s, err
	}
	conn, err := connect(ctx, databaseURL)
	if err != nil {
		return s, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if s.Version, s.Dirty, err = readVersion(ctx, conn); err != nil {
		return s, err
	}
	var readOnly string
	if err := conn.QueryRow(ctx, "SHOW transaction_read_only").Scan(&readOnly); err != nil {
		return s, fmt.Errorf("asking the database whether it can be written: %w", err)
	}
	s.ReadOnly = readOnly == "on"
	return s, nil
}

// Force records that the database is at a version and no longer dirty. It runs
// no migration. Version 0 means that none was applied. A version that this
// program does not know is refused.
//
// It is for one case: a migration failed, its cause is removed, and [Migrate]
// said which version to force.
func Force(ctx context.Context, databaseURL string, version int) error {
	newest, err := NewestMigration()
	if err != nil {
		return err
	}
	if version < 0 || version > int(newest) {
		return fmt.Errorf("there is no migration %d; they go from 1 to %d, and 0 means none", version, newest)
	}
	m, err := openMigrations(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer m.Close() // Its errors say nothing about the version.

	recorded := version
	if version == 0 {
		recorded = database.NilVersion
	}
	if err := m.Force(recorded); err != nil {
		return fmt.Errorf("forcing the database to version %d: %w", version, explainMigration(err))
	}
	return nil
}

// dirtyError prints the cure. Each file is sent as one message, which
// PostgreSQL runs as one transaction, so a file that failed left nothing behind.
// The second half is for a process that was killed after its file was committed
// and before that was recorded.
func dirtyError(version int) error {
	return fmt.Errorf("database version %[1]d is dirty: migration %[1]d failed, and nothing of it was applied; "+
		"remove the cause, run \"site migrate force %[2]d\", then \"site migrate\"; "+
		"if that reports that something already exists, the file was applied after all: "+
		"run \"site migrate force %[1]d\" instead", version, version-1)
}

// checkNewest is asked when no further file follows the database's version.
// That is right at the newest version and above it, and a mistake below: the
// version table then names a migration that never was.
func checkNewest(m *migrate.Migrate) error {
	newest, err := NewestMigration()
	if err != nil {
		return err
	}
	version, _, err := m.Version()
	if err != nil {
		return fmt.Errorf("reading the version of the database: %w", explainMigration(err))
	}
	if version < newest {
		return fmt.Errorf("the database is at version %d, and there is no such migration", version)
	}
	return nil
}

// NewestMigration is the number of the last embedded file: the version of the
// database that this program needs. Its error means a program that was built
// wrong.
func NewestMigration() (uint, error) {
	entries, err := migrations.FS.ReadDir(".")
	if err != nil {
		return 0, fmt.Errorf("reading the migrations: %w", err)
	}
	var newest uint
	for _, entry := range entries {
		file, err := source.DefaultParse(entry.Name())
		if err != nil {
			return 0, fmt.Errorf("reading the migrations: %s: %w", entry.Name(), err)
		}
		newest = max(newest, file.Version)
	}
	return newest, nil
}
