package postgres_test

import (
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"example.com/telegram-login/internal/postgres"
)

// refusingPooler answers every connection as PgBouncer does when it gets a
// start-up parameter that it does not know.
func refusingPooler(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			backend := pgproto3.NewBackend(conn, conn)
			_, _ = backend.ReceiveStartupMessage()
			backend.Send(&pgproto3.ErrorResponse{
				Severity: "FATAL", Code: "08P01",
				Message: "unsupported startup parameter: statement_timeout",
			})
			_ = backend.Flush()
			conn.Close()
		}
	}()
	return listener.Addr().String()
}

// The site can work behind it. Migrations cannot: their lock needs a session.
func TestRefusalOfAPooler_namesTheCure(t *testing.T) {
	t.Parallel()
	databaseURL := "postgres://site@" + refusingPooler(t) + "/site?sslmode=disable"
	_, err := postgres.Open(t.Context(), databaseURL)
	if err == nil || !strings.Contains(err.Error(), "ignore_startup_parameters") {
		t.Errorf("Open error = %v, want one that names ignore_startup_parameters", err)
	}
	err = postgres.Migrate(t.Context(), databaseURL)
	if err == nil || !strings.Contains(err.Error(), "MIGRATE_DATABASE_URL") {
		t.Errorf("Migrate error = %v, want one that names MIGRATE_DATABASE_URL", err)
	}
}
