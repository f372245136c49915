package users_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/users"
)

// Planning takes PostgreSQL as long as a sign-in itself. After five times it makes one
// plan for good, unless that looks dearer than one for each: as with arguments whose
// value decides how many rows there are.
func TestStatements_ofLoginsPagesAndUpdatesArePlannedOnce(t *testing.T) {
	t.Parallel()
	_, db := newStore(t)
	// As many sessions as people have who come often.
	exec(t, db, `WITH a AS (
		INSERT INTO accounts (telegram_id, profile_at, created_at, last_sign_in_at)
		SELECT n, $1, $1, $1 FROM generate_series(1, 500) n
		RETURNING id
	)
	INSERT INTO sessions (account_id, id, token_hash, created_at, last_seen_at, expires_at)
	SELECT a.id, gen_random_uuid(), sha256((a.id || '-' || n)::bytea), $1, $1, $1 + interval '30 days'
	FROM a, generate_series(1, 12) n`, noon)
	exec(t, db, "ANALYZE")
	config := db.Config()
	config.MaxConns = 1 // What is prepared is a connection's own.
	one, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(one.Close)
	store := users.NewStore(one)

	const times = 20
	for i := range times {
		in := link(int64(i+1), strconv.Itoa(i))
		signIn(t, store, in)
		if _, err := store.FindSession(t.Context(), in.Session.TokenHash, users.Alive{At: noon, SeenAfter: noon.Add(-time.Hour)}); err != nil {
			t.Fatal(err)
		}
		apply(t, store, wroteToBot(42, int64(i), noon))
	}
	rows, err := one.Query(t.Context(), `SELECT statement, custom_plans FROM pg_prepared_statements
		WHERE generic_plans + custom_plans = $1`, times)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen := 0
	for rows.Next() {
		var statement string
		var planned int
		if err := rows.Scan(&statement, &planned); err != nil {
			t.Fatal(err)
		}
		seen++
		if planned > 5 {
			t.Errorf("planned %d times of %d:\n%s", planned, times, statement)
		}
	}
	if err := rows.Err(); err != nil || seen != 5 {
		t.Errorf("%d statements, want 5; %v", seen, err)
	}
}
