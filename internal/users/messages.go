package users

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// MessageKind says what a message of the bot is about. Answers to commands are
// no messages of this kind: they are not kept.
type MessageKind string

// The kinds.
const (
	WelcomeMessage MessageKind = "welcome" // After the first sign-in, once.
	SignInMessage  MessageKind = "sign_in" // Notice of a further sign-in.
	TestMessage    MessageKind = "test"    // Asked for on the account page.
)

// MessageState says what has become of a message.
type MessageState string

// The states. The first two are open, the others final.
const (
	MessageQueued    MessageState = "queued"
	MessageSending   MessageState = "sending"   // Handed to Telegram, or about to be.
	MessageSent      MessageState = "sent"      // Telegram has taken it.
	MessageDropped   MessageState = "dropped"   // We decided not to send it.
	MessageFailed    MessageState = "failed"    // Telegram refused it, or could not be reached for too long.
	MessageUncertain MessageState = "uncertain" // It may have been sent, and is not tried again.
)

// IsOpen reports whether the message may still be sent.
func (s MessageState) IsOpen() bool { return s == MessageQueued || s == MessageSending }

// MessageReason says why a message was not sent; empty for one that was.
type MessageReason string

// The reasons.
const (
	ReasonWriteAccess   MessageReason = "write_access"  // The bot may not write to the person.
	ReasonNotifications MessageReason = "notifications" // The person's own switch is off.
	ReasonTooOld        MessageReason = "too_old"       // It would no longer be news.
	ReasonRefused       MessageReason = "refused"       // Telegram refused the message itself.
	ReasonOutage        MessageReason = "outage"        // Telegram could not be reached, all tries long.
	ReasonInterrupted   MessageReason = "interrupted"   // No answer came, and a second one must not be sent.
)

// Message is a message of the bot to the owner of an account.
type Message struct {
	ID        int64
	Kind      MessageKind
	State     MessageState
	Reason    MessageReason
	CreatedAt time.Time // When what it tells of happened.
}

// Delivery is a message with everything that decides, at this moment, whether it
// may be sent, and that its text is made of.
type Delivery struct {
	Message
	Account     Account
	WriteAccess WriteAccessState
	Device      Device // Of the sign-in that it tells of.
}

// QueuedMessage names a message and the person whom it is for.
type QueuedMessage struct {
	ID, TelegramID int64
}

// Enqueue puts jobs for these messages into the queue, in the transaction that
// wrote the messages.
type Enqueue func(context.Context, pgx.Tx, []QueuedMessage) error

// Only a sign-in is fresh. The first one of an account is the one that made it;
// the second condition decides when two have the same time. An account that is
// being deleted is passed over: its activity goes with it, and waiting for each
// other would be a deadlock.
const queueFreshActivity = `
WITH fresh AS (
  SELECT e.account_id, e.id, e.at, a.telegram_id, a.created_at
  FROM activity e
  JOIN accounts a ON a.id = e.account_id
  WHERE e.fresh
  ORDER BY e.id
  LIMIT @batch
  FOR UPDATE OF e SKIP LOCKED
  FOR KEY SHARE OF a SKIP LOCKED
), seen AS (
  UPDATE activity a
  SET fresh = false
  FROM fresh f
  WHERE a.account_id = f.account_id AND a.id = f.id
), written AS (
  INSERT INTO messages (account_id, kind, activity_id, created_at)
  SELECT f.account_id,
         CASE WHEN f.created_at = f.at AND NOT EXISTS (
           SELECT 1 FROM activity e WHERE e.account_id = f.account_id AND e.kind = 'signed_in' AND e.id < f.id
         ) THEN 'welcome' ELSE 'sign_in' END,
         f.id, f.at
  FROM fresh f
  ON CONFLICT (account_id, activity_id) DO NOTHING
  RETURNING id, account_id, activity_id
)
SELECT w.id, f.telegram_id
FROM written w
JOIN fresh f ON f.account_id = w.account_id AND f.id = w.activity_id
ORDER BY w.id`

// QueueFreshActivity writes the messages that fresh activity causes, at most
// batch of them, and returns how many there were. No row of activity causes two,
// however many copies of the site do this at once.
func (s *Store) QueueFreshActivity(ctx context.Context, batch int, enqueue Enqueue) (int, error) {
	queued := 0
	err := s.write(ctx, "queue fresh activity", func() error {
		return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
			rows, _ := tx.Query(ctx, queueFreshActivity, pgx.NamedArgs{"batch": batch})
			messages, err := pgx.CollectRows(rows, pgx.RowToStructByPos[QueuedMessage])
			if queued = len(messages); err != nil || queued == 0 {
				return err
			}
			return enqueue(ctx, tx, messages)
		})
	})
	if err != nil {
		return 0, err
	}
	return queued, nil
}

const findDelivery = `
SELECT m.id, m.kind, m.state, COALESCE(m.reason, ''), m.created_at,
       COALESCE(v.browser, ''), COALESCE(v.system, ''),
       COALESCE((
         SELECT e.state
         FROM write_access_events e
         WHERE e.bot_id = @bot_id AND e.telegram_id = a.telegram_id
         ORDER BY ` + newestFirst + `
         LIMIT 1
       ), 'unknown'),` + accountColumns + `
FROM messages m
JOIN accounts a ON a.id = m.account_id
LEFT JOIN activity v ON v.account_id = m.account_id AND v.id = m.activity_id
WHERE m.id = @id`

// FindDelivery returns a message with what decides about it now, or false when
// it is gone: its account was deleted.
func (s *Store) FindDelivery(ctx context.Context, botID, messageID int64) (Delivery, bool, error) {
	var d Delivery
	err := s.read(ctx, "find delivery", func() error {
		row := s.db.QueryRow(ctx, findDelivery, pgx.NamedArgs{"bot_id": botID, "id": messageID})
		return scanAccount(row, &d.Account, &d.ID, &d.Kind, &d.State, &d.Reason, &d.CreatedAt,
			&d.Device.Browser, &d.Device.System, &d.WriteAccess)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Delivery{}, false, nil
	}
	if err != nil {
		return Delivery{}, false, err
	}
	return d, true, nil
}

const beginSending = `
WITH before AS (
  SELECT id, state
  FROM messages
  WHERE id = $1 AND settled_at IS NULL
  FOR UPDATE
), moved AS (
  UPDATE messages m
  SET state = 'sending'
  FROM before b
  WHERE m.id = b.id
)
SELECT state
FROM before`

// BeginSending notes that the message is about to be handed to Telegram, so
// that, if nobody lives to tell how that went, it is known to have been tried.
// It returns the state until now: queued, or sending when it was tried before;
// empty when the message is settled or gone, and must not be sent.
func (s *Store) BeginSending(ctx context.Context, messageID int64) (MessageState, error) {
	var before MessageState
	err := s.write(ctx, "begin sending", func() error {
		return s.db.QueryRow(ctx, beginSending, messageID).Scan(&before)
	})
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", err
	}
	return before, nil
}

const putBack = `
UPDATE messages
SET state = 'queued'
WHERE id = $1 AND state = 'sending'`

// PutBack notes that a message has surely not been sent, and may be tried again.
func (s *Store) PutBack(ctx context.Context, messageID int64) error {
	_, err := s.exec(ctx, "put message back", putBack, messageID)
	return err
}

const settleMessage = `
WITH settled AS (
  UPDATE messages
  SET state = @message_state, reason = NULLIF(@reason, ''), settled_at = @at
  WHERE id = @id AND settled_at IS NULL
  RETURNING id
)
INSERT INTO write_access_events (bot_id, telegram_id, state, source, happened_at, update_id, recorded_at)
SELECT @bot_id::bigint, @telegram_id, @state, @source, @happened_at::timestamptz, NULL, @recorded_at::timestamptz
FROM settled
WHERE @bot_id::bigint IS NOT NULL`

// SettleMessage notes what became of a message and, with it, what the send
// taught us about writing to the person; nil for nothing. A message that is
// settled or gone stays as it is.
func (s *Store) SettleMessage(ctx context.Context, m Message, at time.Time, learnt *WriteAccessEvent) error {
	args := pgx.NamedArgs{
		"bot_id": nil, "telegram_id": int64(0), "state": "", "source": "", "happened_at": nil, "recorded_at": nil,
	}
	if learnt != nil {
		args = learnt.args()
	}
	args["id"], args["message_state"], args["reason"], args["at"] = m.ID, m.State, m.Reason, at
	_, err := s.exec(ctx, "settle message", settleMessage, args)
	return err
}
