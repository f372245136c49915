package users

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// wholeBot is the chat id of the slot that all messages of a bot share.
const wholeBot = 0

// A slot that is taken moves the time of the next one. Whose turn comes later
// than @latest gets none: it should come back then, and not hold a worker.
const takeSendSlot = `
INSERT INTO send_slots AS s (bot_id, chat_id, next_at)
VALUES (@bot_id, @chat_id, @at::timestamptz + @pace::interval)
ON CONFLICT (bot_id, chat_id) DO UPDATE
SET next_at = GREATEST(s.next_at, @at::timestamptz) + @pace::interval
WHERE s.next_at <= @latest
RETURNING next_at - @pace::interval`

const nextSendSlot = `
SELECT next_at
FROM send_slots
WHERE bot_id = $1 AND chat_id = $2`

// SendSlots paces the messages of one bot, for all copies of the site together:
// the pace is at least Bot between two messages, and Chat between two to the
// same chat.
type SendSlots struct {
	BotID     int64
	Bot, Chat time.Duration
	// Patience is how far ahead the bot's next slot may lie.
	Patience time.Duration
}

// TakeSendSlot returns when a message to the chat may leave, and true; or, when
// that lies too far ahead, when to ask again, and false.
func (s *Store) TakeSendSlot(ctx context.Context, slots SendSlots, chatID int64, at time.Time) (time.Time, bool, error) {
	// A message that its chat makes wait shall not use up the bot's time, nor
	// leave later than its turn: many of those would leave at once.
	until, err := s.nextSendSlot(ctx, slots.BotID, chatID)
	if err != nil || until.After(at) {
		return until, false, err
	}
	turn, ok, err := s.takeSlot(ctx, slots.BotID, wholeBot, at, at.Add(slots.Patience), slots.Bot)
	if err != nil || !ok {
		return turn, false, err
	}
	return s.takeSlot(ctx, slots.BotID, chatID, turn, turn, slots.Chat)
}

func (s *Store) takeSlot(ctx context.Context, botID, chatID int64, at, latest time.Time, pace time.Duration) (time.Time, bool, error) {
	var turn time.Time
	args := pgx.NamedArgs{"bot_id": botID, "chat_id": chatID, "at": at, "latest": latest, "pace": pace}
	err := s.write(ctx, "take send slot", func() error {
		return s.db.QueryRow(ctx, takeSendSlot, args).Scan(&turn)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		turn, err = s.nextSendSlot(ctx, botID, chatID)
		return turn, false, err
	}
	if err != nil {
		return time.Time{}, false, err
	}
	return turn, true, nil
}

// nextSendSlot returns the zero time for a chat that nothing was sent to.
func (s *Store) nextSendSlot(ctx context.Context, botID, chatID int64) (time.Time, error) {
	var next time.Time
	err := s.read(ctx, "find next send slot", func() error {
		return s.db.QueryRow(ctx, nextSendSlot, botID, chatID).Scan(&next)
	})
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return time.Time{}, err
	}
	return next, nil
}

const holdSending = `
INSERT INTO send_slots AS s (bot_id, chat_id, next_at, held_until)
VALUES ($1, $2, $3, $3)
ON CONFLICT (bot_id, chat_id) DO UPDATE
SET next_at = GREATEST(s.next_at, EXCLUDED.next_at), held_until = GREATEST(s.held_until, EXCLUDED.held_until)`

// HoldSending lets no message of the bot leave before until, whichever copy of
// the site would send it.
func (s *Store) HoldSending(ctx context.Context, botID int64, until time.Time) error {
	_, err := s.exec(ctx, "hold sending", holdSending, botID, wholeBot, until)
	return err
}

const sendingHeldUntil = `
SELECT COALESCE((SELECT held_until FROM send_slots WHERE bot_id = $1 AND chat_id = $2), 'epoch')`

// SendingHeldUntil returns the newest time of [Store.HoldSending], for whoever
// had a slot already; long ago if there is none.
func (s *Store) SendingHeldUntil(ctx context.Context, botID int64) (time.Time, error) {
	var until time.Time
	err := s.read(ctx, "find hold on sending", func() error {
		return s.db.QueryRow(ctx, sendingHeldUntil, botID, wholeBot).Scan(&until)
	})
	return until, err
}
