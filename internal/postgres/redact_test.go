package postgres_test

import (
	"testing"

	"example.com/telegram-login/internal/postgres"
)

func TestRedact_showsWhereAndNoPassword(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"postgres://site:hunter2@db.example.com/site":                                "postgres://site@db.example.com:5432/site",
		"postgres://site@db.example.com:6432/site?password=hunter2&sslmode=require":  "postgres://site@db.example.com:6432/site",
		"postgresql://site:hunter2@[::1]:5432/site?sslmode=prefer":                   "postgres://site@[::1]:5432/site",
		"postgres://site:hun@ter2@db/site":                                           "(not a postgres:// URL)",
		"postgres://site:hunter2@a:5432,b:5433/site?target_session_attrs=read-write": "postgres://site@a:5432,b:5433/site",
		"host=db password=hunter2":                                                   "(not a postgres:// URL)",
		"hunter2":                                                                    "(not a postgres:// URL)",
	} {
		if got := postgres.Redact(address); got != want {
			t.Errorf("Redact(%q) = %q, want %q", address, got, want)
		}
	}
}
