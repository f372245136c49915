package app_test

import (
	"context"
	"testing"
	"time"

	"example.com/telegram-login/internal/devpg/pgtest"
)

// tellRemovals makes the database send a notification for each row that leaves
// used_links, so that the test waits for the event and not for a time.
const tellRemovals = `
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('removed', encode(OLD.mac, 'escape'));
  RETURN NULL;
END $$;
CREATE TRIGGER tell AFTER DELETE ON used_links FOR EACH ROW EXECUTE FUNCTION tell();
LISTEN removed`

const twoUsedLinks = `
INSERT INTO used_links (mac, expires_at)
VALUES (repeat('o', 32)::bytea, now() - interval '1 hour'), (repeat('y', 32)::bytea, now() + interval '1 hour')`

func TestRun_removesWhatHasExpired(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	conn := connect(t, databaseURL)
	for _, statement := range []string{tellRemovals, twoUsedLinks} {
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
	if removed.Payload[0] != 'o' {
		t.Errorf("the link that is still fresh was removed")
	}
	if err := site.stop(); err != nil {
		t.Errorf("Run = %v", err)
	}
	if n := count(t, databaseURL, "used_links"); n != 1 {
		t.Errorf("%d links are left, want the fresh one", n)
	}
}
