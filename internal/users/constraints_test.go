package users_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// The rules of length and range live in the database, whatever the code above
// it forgets.
func TestSchema_refusesWhatIsOutOfRange(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signIn(t, store, link(42, "x"))
	long := strings.Repeat("x", 257)

	statements := map[string]string{
		"accounts_telegram_id_key":       "INSERT INTO accounts (telegram_id, profile_at, created_at, last_sign_in_at) VALUES (42, now(), now(), now())",
		"accounts_telegram_id_check":     "UPDATE accounts SET telegram_id = 4503599627370497",
		"accounts_first_name_check":      "UPDATE accounts SET first_name = ''",
		"accounts_last_name_check":       "UPDATE accounts SET last_name = '" + long + "'",
		"accounts_username_check":        "UPDATE accounts SET username = ''",
		"accounts_photo_url_check":       "UPDATE accounts SET photo_url = '" + long + long + "'",
		"accounts_last_sign_in_at_check": "UPDATE accounts SET last_sign_in_at = created_at - interval '1 second'",
		"sessions_token_hash_check":      "UPDATE sessions SET token_hash = 'short'",
		"sessions_token_hash_key":        "INSERT INTO sessions SELECT account_id, gen_random_uuid(), token_hash, created_at, last_seen_at, expires_at FROM sessions",
		"sessions_last_seen_at_check":    "UPDATE sessions SET last_seen_at = created_at - interval '1 second'",
		"sessions_expires_at_check":      "UPDATE sessions SET expires_at = created_at",
		"used_links_mac_check":           "UPDATE used_links SET mac = 'short'",
		"activity_kind_check":            "UPDATE activity SET kind = 'other'",
		"update_leases_bot_id_check":     "INSERT INTO update_leases VALUES (0, gen_random_uuid(), now())",
	}
	for constraint, statement := range statements {
		_, err := db.Exec(t.Context(), statement)
		pgErr, ok := errors.AsType[*pgconn.PgError](err)
		if !ok || pgErr.ConstraintName != constraint {
			t.Errorf("%s: %v", constraint, err)
		}
	}

	rows, err := db.Query(t.Context(), `SELECT conname FROM pg_constraint
		WHERE contype IN ('c', 'u') AND connamespace = 'public'::regnamespace`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if _, tested := statements[name]; !tested {
			t.Errorf("no row of this test shows that %s bites", name)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
