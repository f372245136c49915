package users

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// How long rows are kept that nothing else removes.
const (
	handledUpdatesKept = updatesSettleAfter
	// strangersKept is for what is known about people without an account: the
	// account may come after the update.
	strangersKept = 30 * 24 * time.Hour
	messagesKept  = 30 * 24 * time.Hour
	sendSlotsKept = time.Hour
	// openMessagesKept is longer than the queue tries. What is still open then was
	// lost by the queue, and says so.
	openMessagesKept = 25 * time.Hour
)

// removeExpired holds one statement for each table whose rows expire, sessions
// first. Small batches keep the locks short; SKIP LOCKED lets two copies of the site clean
// up side by side.
var removeExpired = []string{`
DELETE FROM sessions
WHERE token_hash IN (
  SELECT token_hash FROM sessions
  WHERE expires_at <= @at
  ORDER BY expires_at
  LIMIT @batch
  FOR UPDATE SKIP LOCKED
)`, `
DELETE FROM used_links
WHERE mac IN (
  SELECT mac FROM used_links
  WHERE expires_at <= @at
  ORDER BY expires_at
  LIMIT @batch
  FOR UPDATE SKIP LOCKED
)`, `
DELETE FROM handled_updates
WHERE (bot_id, update_id) IN (
  SELECT bot_id, update_id FROM handled_updates
  WHERE handled_at <= @handled_before
  ORDER BY handled_at
  LIMIT @batch
  FOR UPDATE SKIP LOCKED
)`, `
UPDATE messages
SET state = 'failed', reason = 'outage', settled_at = @at
WHERE id IN (
  SELECT id FROM messages
  WHERE created_at <= @open_before AND settled_at IS NULL
  ORDER BY created_at
  LIMIT @batch
  FOR UPDATE SKIP LOCKED
)`, `
DELETE FROM messages
WHERE id IN (
  SELECT id FROM messages
  WHERE created_at <= @messages_before
  ORDER BY created_at
  LIMIT @batch
  FOR UPDATE SKIP LOCKED
)`, `
DELETE FROM send_slots
WHERE (bot_id, chat_id) IN (
  SELECT bot_id, chat_id FROM send_slots
  WHERE next_at <= @slots_before
  ORDER BY next_at
  LIMIT @batch
  FOR UPDATE SKIP LOCKED
)`}

// Removed says what was removed.
type Removed struct {
	Sessions int64
	More     bool // There may be more, of anything.
}

// RemoveExpired deletes the rows whose time is over, at most batch of each table.
// With an error comes what was removed before it.
func (s *Store) RemoveExpired(ctx context.Context, at time.Time, batch int64) (Removed, error) {
	args := pgx.NamedArgs{
		"at":              at,
		"batch":           batch,
		"handled_before":  at.Add(-handledUpdatesKept),
		"open_before":     at.Add(-openMessagesKept),
		"messages_before": at.Add(-messagesKept),
		"slots_before":    at.Add(-sendSlotsKept),
	}
	var removed Removed
	for i, query := range removeExpired {
		rows, err := s.exec(ctx, "remove expired rows", query, args)
		if err != nil {
			return removed, err
		}
		if i == 0 {
			removed.Sessions = rows
		}
		removed.More = removed.More || rows == batch
	}
	return removed, nil
}

// Neither column is to have an index of the usual kind: last_seen_at changes with
// each visit, and a sign-in is to stay cheap. So these look at the whole table,
// and once in a while is enough.
const (
	removeIdleSessions = `
DELETE FROM sessions
WHERE (account_id, id) IN (
  SELECT account_id, id FROM sessions
  WHERE last_seen_at <= $1
  LIMIT $2
  FOR UPDATE SKIP LOCKED
)`

	// What nobody has looked at yet may still cause a message, and which one is told
	// by the sign-ins before it: those of its account stay as long.
	removeOldActivity = `
DELETE FROM activity
WHERE (account_id, id) IN (
  SELECT account_id, id FROM activity e
  WHERE at <= $1 AND NOT EXISTS (SELECT 1 FROM activity f WHERE f.account_id = e.account_id AND f.fresh)
  LIMIT $2
  FOR UPDATE SKIP LOCKED
)`
)

// RemoveIdleSessions deletes sessions that were last used at a moment or earlier,
// at most batch rows, and returns how many. When it is the batch, there may be
// more.
func (s *Store) RemoveIdleSessions(ctx context.Context, seen time.Time, batch int64) (int64, error) {
	return s.exec(ctx, "remove idle sessions", removeIdleSessions, seen, batch)
}

// RemoveOldActivity deletes activity that is older than [ActivityKept], at most
// batch rows, and reports whether there may be more.
func (s *Store) RemoveOldActivity(ctx context.Context, at time.Time, batch int64) (bool, error) {
	removed, err := s.exec(ctx, "remove old activity", removeOldActivity, at.Add(-ActivityKept), batch)
	return removed == batch, err
}

const forgetStrangers = `
DELETE FROM write_access_events
WHERE (bot_id, telegram_id, id) IN (
  SELECT bot_id, telegram_id, id FROM write_access_events e
  WHERE recorded_at <= $1
    AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.telegram_id = e.telegram_id)
  ORDER BY recorded_at
  LIMIT $2
  FOR UPDATE SKIP LOCKED
)`

// ForgetStrangers deletes what was recorded 30 days ago or earlier about people
// who have no account, at most batch rows, and reports whether there may be
// more. It looks at all that is known about writing to people: once in a while
// is enough.
func (s *Store) ForgetStrangers(ctx context.Context, at time.Time, batch int64) (bool, error) {
	removed, err := s.exec(ctx, "forget strangers", forgetStrangers, at.Add(-strangersKept), batch)
	return removed == batch, err
}
