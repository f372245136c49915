package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"

	telegram "github.com/go-telegram/bot"
	"github.com/riverqueue/river"

	"example.com/telegram-login/internal/users"
)

var errTooOld = errors.New("too old to be of use")

const (
	// unknownPatience is how long a message waits while it is not known whether the
	// bot may write: the update may trail the login.
	unknownPatience = 5 * time.Minute
	// newsKept is how long it is worth telling of a sign-in.
	newsKept = 24 * time.Hour
)

// verdict is whether a message may leave at this moment.
type verdict struct {
	send   bool
	wait   time.Duration       // Ask again then.
	reason users.MessageReason // Why never.
}

// judge holds the rule: a message leaves only if Telegram lets the bot write and
// the person's own switch is on, at the moment of sending.
func judge(d users.Delivery, now time.Time) verdict {
	age := now.Sub(d.CreatedAt)
	waits := d.Kind != users.TestMessage && age < unknownPatience
	switch {
	case !d.Account.Notifications:
		return verdict{reason: users.ReasonNotifications}
	case d.WriteAccess == users.WriteAccessUnknown && waits:
		// Soon at first, and then less and less often.
		return verdict{wait: min(max(age/2, time.Second), unknownPatience-age)}
	case d.WriteAccess != users.WriteAccessAllowed:
		return verdict{reason: users.ReasonWriteAccess}
	case d.Kind != users.TestMessage && age > newsKept:
		return verdict{reason: users.ReasonTooOld}
	}
	return verdict{send: true}
}

// onlyOnce reports whether a message is sent at most once: when nobody knows
// whether Telegram took it, it is not sent again. The others are sent at least
// once: a notice of a sign-in had better come twice than never.
func onlyOnce(kind users.MessageKind) bool { return kind == users.WelcomeMessage }

// messageWorker sends the site's messages, each in its class ([onlyOnce]).
type messageWorker struct {
	river.WorkerDefaults[messageArgs]
	bot *Bot
}

// Work sends one message, or decides that it is not to be sent.
func (w *messageWorker) Work(ctx context.Context, job *river.Job[messageArgs]) error {
	b, id := w.bot, job.Args.MessageID
	if _, ok, err := b.mayLeave(ctx, id); !ok {
		return err
	}
	turn, err := b.awaitTurn(ctx, job.Args.TelegramID)
	if err != nil {
		return err
	}
	// The wait took time, in which a person can change their mind.
	d, ok, err := b.mayLeave(ctx, id)
	if !ok {
		return err
	}
	return b.sendMessage(ctx, d, turn, job.Attempt >= job.MaxAttempts)
}

// mayLeave returns a message that may be sent at this moment, or false. Then it
// is settled or gone, and the job is done; or the error says when to ask again.
func (b *Bot) mayLeave(ctx context.Context, id int64) (users.Delivery, bool, error) {
	d, found, err := b.cfg.Users.FindDelivery(ctx, b.ID(), id)
	if err != nil || !found || !d.State.IsOpen() {
		return d, false, err
	}
	switch v := judge(d, b.cfg.Now()); {
	case v.send:
		return d, true, nil
	case v.wait > 0:
		return d, false, river.JobSnooze(v.wait)
	default:
		return d, false, b.settle(ctx, d, users.MessageDropped, v.reason, nil)
	}
}

// sendMessage sends a message in its turn and notes what became of it.
func (b *Bot) sendMessage(ctx context.Context, d users.Delivery, turn time.Time, lastTry bool) error {
	untried, err := b.cfg.Users.BeginSending(ctx, d.ID)
	if err != nil {
		return err
	}
	if !untried && onlyOnce(d.Kind) { // A copy of the site did not live to tell.
		return b.settle(ctx, d, users.MessageUncertain, users.ReasonInterrupted, nil)
	}
	if b.isOver(turn) {
		return errors.Join(b.cfg.Users.PutBack(ctx, d.ID), river.JobSnooze(0))
	}
	began := b.cfg.Now()
	became, err := b.post(ctx, &telegram.SendMessageParams{ChatID: d.Account.TelegramID, Text: b.messageText(d)})
	ctx = context.WithoutCancel(ctx) // What happened has to be noted, also while stopping.
	switch became {
	case taken:
		return b.settle(ctx, d, users.MessageSent, "", nil)
	case tooMany:
		return errors.Join(b.cfg.Users.PutBack(ctx, d.ID), river.JobSnooze(retryAfter(err)))
	case noEntry:
		return b.settle(ctx, d, users.MessageFailed, users.ReasonWriteAccess, b.refusedSend(d.Account.TelegramID, err, began))
	case refused:
		b.cfg.Log.WarnContext(ctx, "message refused by telegram", slog.String("message", string(d.Kind)), slog.String("error", err.Error()))
		return b.settle(ctx, d, users.MessageFailed, users.ReasonRefused, nil)
	case notSent:
		if lastTry {
			return b.settle(ctx, d, users.MessageFailed, users.ReasonOutage, nil)
		}
		err = errors.Join(err, b.cfg.Users.PutBack(ctx, d.ID))
	case uncertain:
		if lastTry || onlyOnce(d.Kind) {
			return b.settle(ctx, d, users.MessageUncertain, users.ReasonInterrupted, nil)
		}
	}
	b.logQueueError(ctx, err)
	return err
}

func (b *Bot) settle(ctx context.Context, d users.Delivery, state users.MessageState, reason users.MessageReason, learnt *users.WriteAccessEvent) error {
	m := d.Message
	m.State, m.Reason = state, reason
	return b.cfg.Users.SettleMessage(ctx, m, b.cfg.Now(), learnt)
}

// SendTest queues a test message to the owner of an account, or, when it may not
// be sent, notes why. While one is on its way no other is queued.
func (b *Bot) SendTest(ctx context.Context, account users.Account) error {
	now := b.cfg.Now()
	access, err := b.WriteAccess(ctx, account.TelegramID)
	if err != nil {
		return err
	}
	v := judge(users.Delivery{
		Message: users.Message{Kind: users.TestMessage, CreatedAt: now}, Account: account, WriteAccess: access.State,
	}, now)
	if !v.send {
		return b.cfg.Users.DropTestMessage(ctx, account.ID, now, v.reason)
	}
	return b.cfg.Users.QueueTestMessage(ctx, account, now, b.enqueue)
}
