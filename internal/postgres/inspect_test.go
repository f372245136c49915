package postgres_test

import (
	"strings"
	"testing"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
)

func TestInspect_tellsTheStateOfTheDatabase(t *testing.T) {
	t.Parallel()
	newest := newest(t)
	tests := map[string]struct {
		prepare func(t *testing.T) string
		want    postgres.State
	}{
		"migrated":  {func(t *testing.T) string { t.Helper(); return pgtest.URL(t) }, postgres.State{Version: newest, Newest: newest}},
		"untouched": {func(t *testing.T) string { t.Helper(); return pgtest.Empty(t) }, postgres.State{Newest: newest}},
		"half-way": {func(t *testing.T) string {
			t.Helper()
			databaseURL := pgtest.URL(t)
			execute(t, databaseURL, `UPDATE schema_migrations SET version = 2, dirty = true`)
			return databaseURL
		}, postgres.State{Version: 2, Newest: newest, Dirty: true}},
		"read only": {func(t *testing.T) string {
			t.Helper()
			databaseURL := pgtest.URL(t)
			execute(t, databaseURL, `DO $$ BEGIN
				EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database());
			END $$`)
			return databaseURL
		}, postgres.State{Version: newest, Newest: newest, ReadOnly: true}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := postgres.Inspect(t.Context(), test.prepare(t))
			if err != nil || got != test.want {
				t.Errorf("Inspect = %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

func TestInspect_writesNothing(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.Empty(t)
	if _, err := postgres.Inspect(t.Context(), databaseURL); err != nil {
		t.Fatal(err)
	}
	const tables = `SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'`
	if got := ask[int](t, databaseURL, tables); got != 0 {
		t.Errorf("looking at it created %d tables", got)
	}
}

func TestInspect_errorHoldsNoPassword(t *testing.T) {
	t.Parallel()
	for _, databaseURL := range []string{
		"postgres://site:the-password@127.0.0.1:1/site", "postgres://site:the-password@127.0.0.1:port/site", "the-password",
	} {
		if _, err := postgres.Inspect(t.Context(), databaseURL); err == nil || strings.Contains(err.Error(), "the-password") {
			t.Errorf("error is %v", err)
		}
	}
}
