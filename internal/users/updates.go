package users

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Update is what one update of a bot has to say to us. Both facts may be absent.
type Update struct {
	BotID int64
	ID    int64
	At    time.Time // When it reached us.

	WriteAccess *WriteAccessEvent // Of the same bot and update.
	// Silence is the Telegram id of who turns notifications off; 0 for nobody. It
	// does not undo what they chose after the second of SilenceAt.
	Silence   int64
	SilenceAt time.Time
}

// applyUpdate does all of it or, when the update was handled before, nothing:
// every part takes its rows from "new".
const applyUpdate = `
WITH new AS (
  INSERT INTO handled_updates (bot_id, update_id, handled_at)
  VALUES (@bot_id, @update_id, @at)
  ON CONFLICT (bot_id, update_id) DO NOTHING
  RETURNING bot_id, update_id, handled_at
), fact AS (
  INSERT INTO write_access_events (bot_id, telegram_id, state, source, happened_at, update_id, recorded_at)
  SELECT bot_id, @telegram_id::bigint, @state::text, @source::text, @happened_at::timestamptz, update_id, handled_at
  FROM new
  WHERE @telegram_id::bigint IS NOT NULL
), silenced AS (
  UPDATE accounts a
  SET notifications = false, notifications_at = @silence_at
  FROM new, (SELECT id, notifications FROM accounts WHERE telegram_id = @silence FOR NO KEY UPDATE) before
  WHERE a.id = before.id AND (a.notifications_at IS NULL OR date_trunc('second', a.notifications_at) <= @silence_at)
  RETURNING a.id, before.notifications AS changed
), noted AS (
  INSERT INTO activity (account_id, kind, at)
  SELECT id, 'notifications_off', @at
  FROM silenced
  WHERE changed
)
SELECT count(*) = 1
FROM new`

// forgetRepeats removes facts that say nothing any more: those that stand
// between two of the same state and are so old that Telegram brings none to put
// in between. Somebody who writes to the bot every day does not fill the table,
// and neither does who writes without end: of their newest facts all are kept
// but not more than a hundred.
const forgetRepeats = `
DELETE FROM write_access_events
WHERE bot_id = @bot_id AND telegram_id = @telegram_id AND id IN (
  SELECT id
  FROM (
    SELECT id, state, source, happened_at, row_number() OVER newest_first AS n,
           lag(state) OVER newest_first AS newer, lead(state) OVER newest_first AS older
    FROM write_access_events
    WHERE bot_id = @bot_id AND telegram_id = @telegram_id
    WINDOW newest_first AS (ORDER BY ` + newestFirst + `)
  ) e
  WHERE NOT ` + isPermission + ` AND state = newer AND state = older AND (happened_at < @settled_before OR n > 100)
)`

// updatesSettleAfter is when no more updates of a time come: Telegram drops what
// is older than a day, and clocks may differ.
//
// Source: https://core.telegram.org/bots/api#getting-updates
const updatesSettleAfter = 48 * time.Hour

// ApplyUpdate acts on an update once, however often it comes and in whatever
// order, and reports whether it was new. If so, it calls then in the same
// transaction; nil has nothing to do.
func (s *Store) ApplyUpdate(ctx context.Context, u Update, then func(context.Context, pgx.Tx) error) (bool, error) {
	isNew := false
	err := s.write(ctx, "apply update", func() error {
		if then == nil { // One statement, one round trip.
			return u.apply(ctx, s.db, &isNew)
		}
		return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
			if err := u.apply(ctx, tx, &isNew); err != nil || !isNew {
				return err
			}
			return then(ctx, tx)
		})
	})
	if err != nil {
		return false, err
	}
	return isNew, nil
}

// batches is what a pool and a transaction have in common.
type batches interface {
	SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults
}

func (u Update) apply(ctx context.Context, db batches, isNew *bool) error {
	args := arguments{
		"bot_id": u.BotID, "update_id": u.ID, "at": u.At, "silence": u.Silence, "silence_at": u.SilenceAt,
		"telegram_id": nil, "state": nil, "source": nil, "happened_at": nil,
		"settled_before": u.At.Add(-updatesSettleAfter),
	}
	if e := u.WriteAccess; e != nil {
		args["telegram_id"], args["state"], args["source"], args["happened_at"] = e.TelegramID, e.State, e.Source, e.HappenedAt
	}
	batch := &pgx.Batch{}
	batch.Queue(applyUpdate, args).QueryRow(func(row pgx.Row) error { return row.Scan(isNew) })
	if u.WriteAccess != nil {
		batch.Queue(forgetRepeats, args)
	}
	return db.SendBatch(ctx, batch).Close()
}
