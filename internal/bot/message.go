package bot

import (
	"context"
	"log/slog"
	"time"

	telegram "github.com/go-telegram/bot"
	"github.com/riverqueue/river"

	"example.com/telegram-login/internal/users"
)

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
	over, err := b.awaitSlot(ctx, job.Args.TelegramID)
	if err != nil {
		return err
	}
	// The wait took time, in which a person can change their mind.
	d, ok, err := b.mayLeave(ctx, id)
	if !ok {
		return err
	}
	return b.sendMessage(ctx, d, over, job.Attempt)
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

// sendMessage sends a message in its slot and notes what became of it.
func (b *Bot) sendMessage(ctx context.Context, d users.Delivery, over time.Time, try int) error {
	before, err := b.cfg.Users.BeginSending(ctx, d.ID)
	switch {
	case err != nil || before == "": // Settled, or gone with its account.
		return err
	case before == users.MessageSending && onlyOnce(d.Kind): // A copy of the site did not live to tell.
		return b.settle(ctx, d, users.MessageUncertain, users.ReasonInterrupted, nil)
	case b.isOver(ctx, over):
		b.putBack(ctx, d)
		return river.JobSnooze(0)
	}
	became, at, err := b.post(ctx, string(d.Kind), &telegram.SendMessageParams{ChatID: d.Account.TelegramID, Text: b.messageText(d)})
	ctx, cancel := b.afterwards(ctx)
	defer cancel()
	switch became {
	case taken:
		return b.settle(ctx, d, users.MessageSent, "", nil)
	case tooMany:
		b.putBack(ctx, d)
		return river.JobSnooze(retryAfter(err))
	case noEntry:
		return b.settle(ctx, d, users.MessageFailed, users.ReasonWriteAccess, b.refusedSend(d.Account.TelegramID, err, at))
	case refused:
		b.cfg.Log.WarnContext(ctx, "message refused by telegram", slog.String("message", string(d.Kind)), slog.String("error", err.Error()))
		return b.settle(ctx, d, users.MessageFailed, users.ReasonRefused, nil)
	case notSent:
		if try >= maxTries {
			return b.settle(ctx, d, users.MessageFailed, users.ReasonOutage, nil)
		}
		b.putBack(ctx, d)
	case uncertain:
		if onlyOnce(d.Kind) || isTriedEnough(try, err) {
			return b.settle(ctx, d, users.MessageUncertain, users.ReasonInterrupted, nil)
		}
	}
	b.logQueueError(ctx, err)
	return err
}

// putBack notes that a message was surely not sent. If even a second try fails,
// one that is sent at most once is lost, and will be noted as uncertain.
func (b *Bot) putBack(ctx context.Context, d users.Delivery) {
	err := b.cfg.Users.PutBack(ctx, d.ID)
	if err != nil {
		err = b.cfg.Users.PutBack(ctx, d.ID)
	}
	if err != nil {
		b.logQueueError(ctx, err)
	}
}

func (b *Bot) settle(ctx context.Context, d users.Delivery, state users.MessageState, reason users.MessageReason, learnt *users.WriteAccessEvent) error {
	if state == users.MessageDropped {
		b.cfg.Metrics.Message(string(d.Kind), string(state))
	}
	m := d.Message
	m.State, m.Reason = state, reason
	return b.cfg.Users.SettleMessage(ctx, m, b.cfg.Now(), learnt)
}

// judgeTest is [judge] for a test message that is asked for now.
func judgeTest(account users.Account, access users.WriteAccess, now time.Time) verdict {
	return judge(users.Delivery{
		Message: users.Message{Kind: users.TestMessage, CreatedAt: now}, Account: account, WriteAccess: access.State,
	}, now)
}

// MayTest reports whether a test message to the owner of an account could leave
// at this moment.
func (b *Bot) MayTest(account users.Account, access users.WriteAccess) bool {
	return judgeTest(account, access, b.cfg.Now()).send
}

// SendTest queues a test message to the owner of an account, and reports whether
// it did. When it may not be sent it notes why; while one is on its way no other
// is queued.
func (b *Bot) SendTest(ctx context.Context, account users.Account) (bool, error) {
	access, err := b.WriteAccess(ctx, account.TelegramID)
	if err != nil {
		return false, err
	}
	now := b.cfg.Now()
	if v := judgeTest(account, access, now); !v.send {
		return false, b.cfg.Users.DropTestMessage(ctx, account.ID, now, v.reason)
	}
	return b.cfg.Users.QueueTestMessage(ctx, account, now, b.enqueue)
}
