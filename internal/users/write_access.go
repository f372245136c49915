package users

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// WriteAccessState says whether a bot may write to a person, as far as Telegram
// told us.
type WriteAccessState string

// The states. What nobody told us is unknown, and never guessed.
const (
	WriteAccessUnknown     WriteAccessState = "unknown"
	WriteAccessAllowed     WriteAccessState = "allowed"
	WriteAccessBlocked     WriteAccessState = "blocked"     // The person blocked the bot.
	WriteAccessUnreachable WriteAccessState = "unreachable" // Telegram delivers nothing to them.
)

// WriteAccessSource says how we know.
type WriteAccessSource string

// The sources. All but the last are updates of the bot.
//
// Source: https://core.telegram.org/bots/api#message,
// https://core.telegram.org/bots/api#chatmemberupdated
const (
	FromConnectedWebsite   WriteAccessSource = "connected_website"    // They agreed while logging in to our site.
	FromWriteAccessAllowed WriteAccessSource = "write_access_allowed" // They agreed in a Mini App or the attachment menu.
	FromPrivateMessage     WriteAccessSource = "private_message"      // They wrote to the bot.
	FromMyChatMember       WriteAccessSource = "my_chat_member"       // They blocked or unblocked the bot.
	FromSend               WriteAccessSource = "send"                 // A message was refused.
)

// WriteAccessEvent is one fact about whether a bot may write to a person.
type WriteAccessEvent struct {
	BotID      int64
	TelegramID int64
	State      WriteAccessState
	Source     WriteAccessSource
	// HappenedAt orders the facts: Telegram's date of the update, to the second,
	// or when the send began.
	HappenedAt time.Time
	UpdateID   int64 // Orders updates of the same second. Not used for a send.
	RecordedAt time.Time
}

// WriteAccess is the present state and what it rests on: the first time, since it
// last changed, that the person said so in as many words; else the first sign of
// it.
type WriteAccess struct {
	State  WriteAccessState
	Source WriteAccessSource // Empty while the state is unknown.
	Since  time.Time         // Telegram's time. Zero while the state is unknown.
}

// isPermission is an event by which a person said that the bot may write. It is
// worth more than others of its state, and is never forgotten.
const isPermission = `source IN ('connected_website', 'write_access_allowed')`

// newestFirst is the order of facts: by Telegram's time, then by update id. What
// a send taught us loses ties: the update came from Telegram, while ours is when
// we began, cut to the second that Telegram counts in.
const newestFirst = `happened_at DESC, update_id DESC NULLS LAST, id DESC`

const writeAccess = `
WITH ordered AS (
  SELECT state, source, happened_at, row_number() OVER (ORDER BY ` + newestFirst + `) AS n
  FROM write_access_events
  WHERE bot_id = @bot_id AND telegram_id = @telegram_id
), other AS (
  SELECT min(o.n) AS n
  FROM ordered o
  JOIN ordered newest ON newest.n = 1 AND newest.state <> o.state
)
SELECT o.state, o.source, o.happened_at
FROM ordered o, other
WHERE o.n < other.n OR other.n IS NULL
ORDER BY ` + isPermission + ` DESC, o.n DESC
LIMIT 1`

// WriteAccess returns whether the bot may write to the person, and since when.
func (s *Store) WriteAccess(ctx context.Context, botID, telegramID int64) (WriteAccess, error) {
	var w WriteAccess
	err := s.read(ctx, "find write access", func() error {
		return s.db.QueryRow(ctx, writeAccess, pgx.NamedArgs{"bot_id": botID, "telegram_id": telegramID}).
			Scan(&w.State, &w.Source, &w.Since)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return WriteAccess{State: WriteAccessUnknown}, nil
	}
	if err != nil {
		return WriteAccess{}, err
	}
	return w, nil
}

const addWriteAccessEvent = `
INSERT INTO write_access_events (bot_id, telegram_id, state, source, happened_at, update_id, recorded_at)
VALUES (@bot_id, @telegram_id, @state, @source, @happened_at, @update_id, @recorded_at)`

func (e WriteAccessEvent) args() pgx.NamedArgs {
	args := pgx.NamedArgs{
		"bot_id":      e.BotID,
		"telegram_id": e.TelegramID,
		"state":       e.State,
		"source":      e.Source,
		"happened_at": e.HappenedAt.Truncate(time.Second),
		"update_id":   &e.UpdateID,
		"recorded_at": e.RecordedAt,
	}
	if e.Source == FromSend {
		args["update_id"] = (*int64)(nil)
	}
	return args
}

// RecordRefusedSend notes what a refused message that nobody queued, such as an
// answer to a command, taught us. For others see [Store.SettleMessage].
func (s *Store) RecordRefusedSend(ctx context.Context, e WriteAccessEvent) error {
	_, err := s.exec(ctx, "record refused send", addWriteAccessEvent, e.args())
	return err
}
