package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/postgres"
)

// database is one database of the server, with our schema.
type database struct {
	b    *bench
	name string
}

// newDatabase makes an empty one, migrated.
func (b *bench) newDatabase(ctx context.Context, name string) (database, error) {
	d := database{b, name}
	_, err := database{b, "postgres"}.value(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	if err != nil {
		return d, err
	}
	return d, postgres.Migrate(ctx, d.url(0))
}

// newDatabases makes one for each name.
func (b *bench) newDatabases(ctx context.Context, names ...string) ([]database, error) {
	var all []database
	for _, name := range names {
		d, err := b.newDatabase(ctx, name)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// url is the address for programs that use our pool; zero connections for as many
// as the site takes by itself.
func (d database) url(connections int) string {
	address := d.b.server.URL(d.name)
	if connections > 0 {
		address += "&pool_max_conns=" + strconv.Itoa(connections)
	}
	return address
}

// do runs something on a connection of its own.
func (d database) do(ctx context.Context, act func(*pgx.Conn) error) error {
	db, err := pgx.Connect(ctx, d.b.server.URL(d.name))
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer db.Close(context.WithoutCancel(ctx))
	return act(db)
}

// value asks for one value; empty for a statement that returns none.
func (d database) value(ctx context.Context, query string) (string, error) {
	var text string
	err := d.do(ctx, func(db *pgx.Conn) error {
		rows, _ := db.Query(ctx, query, pgx.QueryExecModeSimpleProtocol)
		values, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if len(values) > 0 {
			text = values[0]
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("%.40s: %w", query, err)
	}
	return text, nil
}

// checkpoint makes runs comparable: after it, the first change of each page is
// written whole into the log, and that costs.
func (d database) checkpoint(ctx context.Context) error {
	_, err := d.value(ctx, "CHECKPOINT")
	return err
}

// walPosition is how many bytes the server has written to its log since ever.
func (d database) walPosition(ctx context.Context) (int64, error) {
	text, err := d.value(ctx, "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint::text")
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(text, 10, 64)
}

// settle lets the database do what it has put off, so that the next side does not
// pay for it.
func (d database) settle(ctx context.Context) error {
	if _, err := d.value(ctx, "VACUUM ANALYZE"); err != nil {
		return err
	}
	return d.checkpoint(ctx)
}

// connection is what pgbench needs to know.
func (d database) connection() (args, env []string) {
	u, _ := url.Parse(d.b.server.URL(d.name)) // We made it.
	password, _ := u.User.Password()
	return []string{"-h", u.Hostname(), "-p", u.Port(), "-U", u.User.Username(), d.name}, []string{"PGPASSWORD=" + password}
}

const setUpTimeout = 30 * time.Minute // A load of many accounts takes long.
