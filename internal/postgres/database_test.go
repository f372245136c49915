package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg/pgtest"
)

// emptyDatabase is the address of a database without any table.
func emptyDatabase(t *testing.T) string {
	t.Helper()
	databaseURL := pgtest.URL(t)
	execute(t, databaseURL, `DROP SCHEMA public CASCADE`)
	execute(t, databaseURL, `CREATE SCHEMA public`)
	return databaseURL
}

// execute runs a statement on a connection of its own.
func execute(t *testing.T, databaseURL, statement string) {
	t.Helper()
	if _, err := connect(t, databaseURL).Exec(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// ask runs a query for one value on a connection of its own.
func ask[T any](t *testing.T, databaseURL, query string, arguments ...any) T {
	t.Helper()
	var answer T
	if err := connect(t, databaseURL).QueryRow(t.Context(), query, arguments...).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}

func connect(t *testing.T, databaseURL string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(t.Context()) })
	return conn
}
