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
	const aMessage = "INSERT INTO messages (account_id, kind, activity_id, created_at) SELECT account_id, 'sign_in', id, at FROM activity"
	exec(t, db, aMessage)
	const anEvent = "INSERT INTO write_access_events (bot_id, telegram_id, state, source, happened_at, update_id, recorded_at) "
	long := strings.Repeat("x", 257)

	statements := []struct{ constraint, statement string }{
		{"accounts_telegram_id_key", "INSERT INTO accounts (telegram_id, profile_at, created_at, last_sign_in_at) VALUES (42, now(), now(), now())"},
		{"accounts_telegram_id_check", "UPDATE accounts SET telegram_id = 4503599627370497"},
		{"telegram_name_check", "UPDATE accounts SET first_name = ''"},
		{"telegram_name_check", "UPDATE accounts SET last_name = '" + long + "'"},
		{"telegram_name_check", "UPDATE accounts SET username = ''"},
		{"telegram_photo_url_check", "UPDATE accounts SET photo_url = '" + long + long + "'"},
		{"accounts_last_sign_in_at_check", "UPDATE accounts SET last_sign_in_at = created_at - interval '1 second'"},
		{"sha256_digest_check", "UPDATE sessions SET token_hash = 'short'"},
		{"sessions_token_hash_key", "INSERT INTO sessions SELECT account_id, gen_random_uuid(), token_hash, created_at, last_seen_at, expires_at FROM sessions"},
		{"sessions_last_seen_at_check", "UPDATE sessions SET last_seen_at = created_at - interval '1 second'"},
		{"sessions_expires_at_check", "UPDATE sessions SET expires_at = created_at"},
		{"sha256_digest_check", "UPDATE used_links SET mac = 'short'"},
		{"activity_kind_check", "UPDATE activity SET kind = 'other'"},
		{"update_leases_bot_id_check", "INSERT INTO update_leases VALUES (0, gen_random_uuid(), now())"},

		{"short_word_check", "UPDATE sessions SET browser = ''"},
		{"short_word_check", "UPDATE sessions SET system = '" + long + "'"},
		{"short_word_check", "UPDATE activity SET browser = '" + long + "'"},
		{"short_word_check", "UPDATE activity SET system = ''"},
		{"activity_detail_check", "UPDATE activity SET detail = ''"},
		{"sign_in_method_check", "UPDATE sessions SET method = 'other'"},

		{"write_access_events_telegram_id_check", anEvent + "VALUES (7, 0, 'allowed', 'private_message', now(), 1, now())"},
		{"write_access_events_state_check", anEvent + "VALUES (7, 42, 'unknown', 'private_message', now(), 1, now())"},
		{"write_access_events_source_check", anEvent + "VALUES (7, 42, 'allowed', 'other', now(), 1, now())"},
		{"write_access_events_update_id_check", anEvent + "VALUES (7, 42, 'blocked', 'send', now(), 1, now())"},

		{"messages_activity_key", aMessage},
		{"messages_kind_check", "UPDATE messages SET kind = 'other'"},
		{"messages_state_check", "UPDATE messages SET state = 'other', settled_at = now()"},
		{"messages_settled_at_check", "UPDATE messages SET state = 'sent'"},
		{"messages_reason_check", "UPDATE messages SET reason = ''"},
	}
	tested := make(map[string]bool)
	for _, s := range statements {
		tested[s.constraint] = true
		_, err := db.Exec(t.Context(), s.statement)
		pgErr, ok := errors.AsType[*pgconn.PgError](err)
		if !ok || pgErr.ConstraintName != s.constraint {
			t.Errorf("%s: not %s: %v", s.statement, s.constraint, err)
		}
	}

	// The queue's tables are River's to prove.
	rows, err := db.Query(t.Context(), `SELECT conname FROM pg_constraint
		WHERE contype IN ('c', 'u') AND connamespace = 'public'::regnamespace
		  AND conrelid::regclass::text NOT LIKE 'river%'`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if !tested[name] {
			t.Errorf("no row of this test shows that %s bites", name)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
