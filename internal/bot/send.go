package bot

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/riverqueue/river"

	"example.com/telegram-login/internal/users"
)

// Telegram's limits are about 30 messages a second for a bot and one a second
// for a chat. We stay below them: what leaves evenly does not arrive evenly.
//
// Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
const (
	botPace  = time.Second / 20
	chatPace = 1200 * time.Millisecond
	// turnPatience is how long a worker waits for its turn; else the job comes
	// again then.
	turnPatience = time.Second
	// turnPrecision is how late a message may leave in its turn. Later ones would
	// bunch up.
	turnPrecision = 100 * time.Millisecond
)

// awaitTurn returns when it is this message's turn to leave, among all that all
// copies of the site send: the turn, or a snooze for the job.
func (b *Bot) awaitTurn(ctx context.Context, chatID int64) (time.Time, error) {
	slots := users.SendSlots{BotID: b.ID(), Bot: botPace, Chat: chatPace, Patience: turnPatience}
	turn, ok, err := b.cfg.Users.TakeSendSlot(ctx, slots, chatID, b.cfg.Now())
	if err != nil {
		return turn, err
	}
	if !ok {
		return turn, river.JobSnooze(max(turn.Sub(b.cfg.Now()), 0))
	}
	wait(ctx, turn.Sub(b.cfg.Now()))
	until, err := b.cfg.Users.SendingHeldUntil(ctx, b.ID())
	if err != nil {
		return turn, err
	}
	if held := until.Sub(b.cfg.Now()); held > 0 {
		return turn, river.JobSnooze(held)
	}
	return turn, ctx.Err()
}

// isOver reports whether a turn has passed unused: what left now would leave
// together with those whose turn it is.
func (b *Bot) isOver(turn time.Time) bool { return b.cfg.Now().Sub(turn) > turnPrecision }

// delivery is what became of a message that was handed to Telegram.
type delivery int

const (
	taken     delivery = iota // Telegram has it.
	tooMany                   // Flood control: surely not sent.
	noEntry                   // Telegram lets the bot not write to the person.
	refused                   // Telegram wants no such message, from anybody.
	notSent                   // It surely did not reach Telegram, or is to be tried again.
	uncertain                 // It may have been sent.
)

// post hands a message to Telegram and says what became of it. When Telegram
// tells us to slow down, no message leaves for as long as it says.
func (b *Bot) post(ctx context.Context, m *telegram.SendMessageParams) (delivery, error) {
	ctx, cancel := context.WithTimeout(ctx, b.cfg.SendTimeout)
	defer cancel()
	// No parse mode: names are data. A preview would make Telegram's crawler visit
	// the site.
	m.LinkPreviewOptions = &models.LinkPreviewOptions{IsDisabled: telegram.True()}
	_, err := b.api.SendMessage(ctx, m)
	became := deliveryOf(err)
	if became == tooMany {
		until := b.cfg.Now().Add(retryAfter(err))
		if holdErr := b.cfg.Users.HoldSending(context.WithoutCancel(ctx), b.ID(), until); holdErr != nil {
			return became, holdErr
		}
	}
	return became, err
}

// deliveryOf knows Telegram's answers. Codes are documented and texts are not:
// of those, the words are matched and not the whole.
func deliveryOf(err error) delivery {
	flood, isFlood := errors.AsType[*telegram.TooManyRequestsError](err)
	switch {
	case err == nil:
		return taken
	case isFlood && flood.RetryAfter > 0:
		return tooMany
	case isFlood, errors.Is(err, telegram.ErrorUnauthorized), errors.Is(err, telegram.ErrorNotFound): // A wrong token.
		return notSent
	case writeAccessAfter(err) != users.WriteAccessUnknown:
		return noEntry
	case errors.Is(err, telegram.ErrorForbidden), errors.Is(err, telegram.ErrorBadRequest), isMigration(err):
		return refused
	case isDial(err):
		return notSent
	}
	return uncertain
}

// writeAccessAfter is what a refusal says about writing to the person.
//
// Source: the texts of telegram-bot-api's Client.cpp
func writeAccessAfter(err error) users.WriteAccessState {
	text := ""
	if err != nil {
		text = strings.ToLower(err.Error())
	}
	says := func(words string) bool { return strings.Contains(text, words) }
	switch {
	case errors.Is(err, telegram.ErrorForbidden) && says("blocked by the user"):
		return users.WriteAccessBlocked
	case errors.Is(err, telegram.ErrorForbidden) && (says("can't initiate conversation") || says("user is deactivated")),
		errors.Is(err, telegram.ErrorBadRequest) && says("chat not found"):
		return users.WriteAccessUnreachable
	}
	return users.WriteAccessUnknown
}

func isMigration(err error) bool {
	_, ok := errors.AsType[*telegram.MigrateError](err)
	return ok
}

// isDial reports whether there was no connection to send anything over.
func isDial(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// refusedSend is what we learnt from a send that began at this time.
func (b *Bot) refusedSend(telegramID int64, err error, began time.Time) *users.WriteAccessEvent {
	return &users.WriteAccessEvent{
		BotID: b.ID(), TelegramID: telegramID,
		State: writeAccessAfter(err), Source: users.FromSend,
		HappenedAt: began, RecordedAt: b.cfg.Now(),
	}
}
