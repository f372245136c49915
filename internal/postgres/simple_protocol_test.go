package postgres_test

import (
	"strings"
	"testing"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
)

func TestOpen_refusesTheProtocolThatMixesValuesWithStatements(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	address += separator + "default_query_exec_mode="
	if _, err := postgres.Open(t.Context(), address+"simple_protocol"); err == nil || !strings.Contains(err.Error(), "simple_protocol") {
		t.Errorf("error %v", err)
	}
	// What the error advises works, and keeps them apart.
	pool, err := postgres.Open(t.Context(), address+"exec")
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	const hostile = `\'; DROP TABLE accounts; --`
	var text string
	if err := pool.QueryRow(t.Context(), "SELECT $1::text", hostile).Scan(&text); err != nil || text != hostile {
		t.Errorf("%q, %v", text, err)
	}
}
