package bot

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/riverqueue/river"

	"example.com/telegram-login/internal/users"
)

// Telegram's limits are about 30 messages a second for a bot and one a second
// for a chat. We stay so far below them that they are kept even if some leave as
// late in their slot as they may and others at once: 20 × (1 + 0.45) is 29.
//
// Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
const (
	botPace  = time.Second / 20
	chatPace = 1500 * time.Millisecond
	// slotPatience is how long a worker waits for its slot; else the job comes
	// again then.
	slotPatience = time.Second
	// slotLength is how late a message may leave in its slot.
	slotLength = 450 * time.Millisecond
)

// awaitSlot returns when it is this message's slot to leave, among all that all
// copies of the site send: when the slot is over; or a snooze for the job.
func (b *Bot) awaitSlot(ctx context.Context, chatID int64) (time.Time, error) {
	slots := users.SendSlots{BotID: b.ID(), Bot: botPace, Chat: chatPace, Patience: slotPatience}
	asked := b.cfg.Now()
	slot, ok, err := b.cfg.Users.TakeSendSlot(ctx, slots, chatID, asked)
	if err != nil {
		return slot, err
	}
	if !ok {
		return slot, river.JobSnooze(max(slot.Sub(b.cfg.Now()), 0))
	}
	// A database that is far away delays all alike, and so bunches nothing up.
	over := slot.Add(b.cfg.Now().Sub(asked)).Add(slotLength)
	wait(ctx, slot.Sub(b.cfg.Now()))
	until, err := b.cfg.Users.SendingHeldUntil(ctx, b.ID())
	if err != nil {
		return over, err
	}
	if held := until.Sub(b.cfg.Now()); held > 0 {
		return over, river.JobSnooze(held)
	}
	return over, ctx.Err()
}

var errSlotMissed = errors.New("slot to send missed; the database or this machine is slow")

// isOver reports whether a slot has passed unused: what left now would leave
// together with those whose slot it is.
func (b *Bot) isOver(ctx context.Context, over time.Time) bool {
	if !b.cfg.Now().After(over) {
		return false
	}
	b.logQueueError(ctx, errSlotMissed)
	return true
}

// outcome is what became of a message that was handed to Telegram.
type outcome int

const (
	taken     outcome = iota // Telegram has it.
	tooMany                  // Flood control: surely not sent.
	noEntry                  // Telegram lets the bot not write to the person.
	refused                  // Telegram wants no such message, from anybody.
	notSent                  // It surely did not reach Telegram, or is to be tried again.
	uncertain                // It may have been sent.
)

// String is the outcome's name in the metrics.
func (o outcome) String() string {
	return [...]string{"sent", "flood", "no_entry", "refused", "not_sent", "uncertain"}[o]
}

// post hands a message to Telegram and says what became of it, and when by
// Telegram's clock it was, if that is earlier than by ours. When Telegram tells us
// to slow down, no message leaves for as long as it says. The class is for the
// metrics.
func (b *Bot) post(ctx context.Context, class string, m *telegram.SendMessageParams) (outcome, time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, b.cfg.SendTimeout)
	defer cancel()
	connected := false
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }})
	// No parse mode: names are data. A preview would make Telegram's crawler visit
	// the site.
	m.LinkPreviewOptions = &models.LinkPreviewOptions{IsDisabled: telegram.True()}
	at := b.cfg.Now()
	header, err := b.client.call(ctx, b.cfg.APIURL, b.cfg.Token, "sendMessage", m, nil)
	if date, dateErr := http.ParseTime(header.Get("Date")); dateErr == nil && date.Before(at) {
		at = date
	}
	became := outcomeOf(err, connected)
	b.cfg.Metrics.Message(class, became.String())
	if became == tooMany {
		until := b.cfg.Now().Add(retryAfter(err))
		later, cancel := b.afterwards(ctx)
		defer cancel()
		if holdErr := b.cfg.Users.HoldSending(later, b.ID(), until); holdErr != nil {
			b.logQueueError(later, holdErr)
		}
	}
	return became, at, err
}

// afterwards is for noting what has happened, also while stopping; but not for
// ever.
func (b *Bot) afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), b.cfg.SendTimeout)
}

// outcomeOf knows Telegram's answers. Codes are documented and texts are not: of
// those, the words are matched and not the whole. Without a connection nothing
// was sent.
func outcomeOf(err error, connected bool) outcome {
	flood, isFlood := errors.AsType[*telegram.TooManyRequestsError](err)
	switch {
	case err == nil:
		return taken
	case isFlood && flood.RetryAfter > 0:
		return tooMany
	case isFlood, errors.Is(err, telegram.ErrorUnauthorized), !connected:
		return notSent
	case writeAccessAfter(err) != users.WriteAccessUnknown:
		return noEntry
	case errors.Is(err, telegram.ErrorForbidden), errors.Is(err, telegram.ErrorBadRequest):
		return refused
	}
	return uncertain
}

// isTriedEnough reports whether to give up on a message of which nobody knows
// whether it arrived. After no answer at all it probably did.
func isTriedEnough(try int, err error) bool {
	return try >= maxTries || try >= maxBlindTries && !errors.Is(err, errServerTrouble)
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

// refusedSend is what we learnt from a send at this time.
func (b *Bot) refusedSend(telegramID int64, err error, at time.Time) *users.WriteAccessEvent {
	state := writeAccessAfter(err)
	b.cfg.Metrics.WriteAccess(string(users.FromSend), string(state))
	return &users.WriteAccessEvent{
		BotID: b.ID(), TelegramID: telegramID,
		State: state, Source: users.FromSend,
		HappenedAt: at, RecordedAt: b.cfg.Now(),
	}
}
