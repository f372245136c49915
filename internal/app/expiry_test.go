package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/devpg/pgtest"
)

// tellRemovals makes the database send a notification for each row that leaves
// these tables, so that the test waits for the event and not for a time.
const tellRemovals = `
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('removed', to_jsonb(OLD)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER tell AFTER DELETE ON used_links FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TRIGGER tell AFTER DELETE ON write_access_events FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TRIGGER tell AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TRIGGER tell AFTER DELETE ON activity FOR EACH ROW EXECUTE FUNCTION tell();
LISTEN removed`

const twoUsedLinks = `
INSERT INTO used_links (mac, expires_at)
VALUES (repeat('o', 32)::bytea, now() - interval '1 hour'), (repeat('y', 32)::bytea, now() + interval '1 hour')`

const twoStrangers = `
INSERT INTO write_access_events (bot_id, telegram_id, state, source, happened_at, update_id, recorded_at)
VALUES (7, 4200, 'allowed', 'private_message', now(), 1, now() - interval '31 days'),
       (7, 4300, 'allowed', 'private_message', now(), 2, now() - interval '29 days')`

// An account with two rows, of which the first is old.
const (
	anAccount = `
WITH a AS (
  INSERT INTO accounts (telegram_id, profile_at, created_at, last_sign_in_at)
  VALUES (42, now(), now() - interval '1 year', now())
  RETURNING id
)`
	twoSessions = anAccount + `
INSERT INTO sessions (account_id, id, token_hash, created_at, last_seen_at, expires_at, browser)
SELECT id, gen_random_uuid(), repeat('o', 32)::bytea, now() - interval '1 year', now() - interval '100 days', now() + interval '1 day', 'idle one' FROM a
UNION ALL
SELECT id, gen_random_uuid(), repeat('y', 32)::bytea, now() - interval '1 year', now(), now() + interval '1 day', 'used one' FROM a`
	twoEntries = anAccount + `
INSERT INTO activity (account_id, kind, at, browser)
SELECT id, 'signed_in', now() - interval '91 days', 'old one' FROM a
UNION ALL
SELECT id, 'signed_in', now() - interval '89 days', 'young one' FROM a`
)

func TestRun_removesWhatHasExpired(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fill, table, old string // The text is in the row that is to go.
	}{
		"used links":                    {twoUsedLinks, "used_links", strings.Repeat("6f", 32)},
		"what is known about strangers": {twoStrangers, "write_access_events", "4200"},
		"sessions that nobody uses":     {twoSessions, "sessions", "idle one"},
		"activity":                      {twoEntries, "activity", "old one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			databaseURL := pgtest.URL(t)
			conn := connect(t, databaseURL)
			for _, statement := range []string{tellRemovals, test.fill} {
				if _, err := conn.Exec(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			site := start(t, config(t, databaseURL))
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // A site that never removes must not hang the test.
			defer cancel()
			removed, err := conn.WaitForNotification(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(removed.Payload, test.old) {
				t.Errorf("the one that is still fresh was removed")
			}
			if err := site.stop(); err != nil {
				t.Errorf("Run = %v", err)
			}
			if n := count(t, databaseURL, test.table); n != 1 {
				t.Errorf("%d rows are left, want the fresh one", n)
			}
		})
	}
}
