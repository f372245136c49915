package bot

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/metrics"
	"example.com/telegram-login/internal/users"
)

// Receive acts on one update, as JSON, however it came: from a poll, to our
// webhook, or handed on by another program. Each is acted on once, however often
// it comes and in whatever order; when Receive returns nil, nothing of it can get
// lost. Errors are [ErrBadUpdate] and those of package users.
func (b *Bot) Receive(ctx context.Context, text []byte) error {
	u, err := decodeUpdate(text)
	if err != nil {
		b.cfg.Metrics.Update(metrics.UpdateRefused)
		return err
	}
	isNew, err := b.actOn(ctx, u)
	switch {
	case err != nil:
		b.cfg.Metrics.Update(metrics.UpdateFailed)
	case !isNew:
		b.cfg.Metrics.Update(metrics.UpdateRepeated)
	default:
		b.cfg.Metrics.Update(metrics.UpdateApplied)
	}
	return err
}

// actOn reports whether the update was new.
func (b *Bot) actOn(ctx context.Context, u update) (bool, error) {
	now := b.cfg.Now()
	fact := b.writeAccessEvent(ctx, u, now)
	if fact != nil {
		fact.BotID, fact.UpdateID, fact.RecordedAt = b.ID(), *u.ID, now
	}
	change := users.Update{BotID: b.ID(), ID: *u.ID, At: now, WriteAccess: fact}
	asked, ok := b.request(u)
	if ok {
		askedAt := happenedAt(u.Message.Date, now)
		if asked.Answer == answerStop {
			change.Silence, change.SilenceAt = asked.TelegramID, askedAt
		}
		ok = now.Sub(askedAt) <= answersKept // Later an answer would puzzle.
	}
	var then func(context.Context, pgx.Tx) error
	if ok {
		then = func(ctx context.Context, tx pgx.Tx) error { return b.queueAnswer(ctx, tx, asked) }
	}
	isNew, err := b.cfg.Users.ApplyUpdate(ctx, change, then)
	if isNew && fact != nil {
		b.cfg.Metrics.WriteAccess(string(fact.Source), string(fact.State))
	}
	return isNew, err
}

// happenedAt is Telegram's date, but never later than our now: a fact from the
// future would outweigh all that comes after it.
func happenedAt(date int64, now time.Time) time.Time {
	if at := time.Unix(date, 0); at.Before(now) {
		return at
	}
	return now.Truncate(time.Second)
}

// writeAccessEvent returns what an update says about writing to a person, or nil
// when it says nothing.
//
// Source: https://core.telegram.org/bots/api#message (connected_website,
// write_access_allowed) and https://core.telegram.org/bots/api#update
// (my_chat_member: in private chats, only when the bot is blocked or unblocked)
func (b *Bot) writeAccessEvent(ctx context.Context, u update, now time.Time) *users.WriteAccessEvent {
	switch m, c := u.Message, u.MyChatMember; {
	case m != nil && m.isPrivate():
		event := &users.WriteAccessEvent{
			TelegramID: m.From.ID, State: users.WriteAccessAllowed, HappenedAt: happenedAt(m.Date, now),
		}
		switch {
		case m.ConnectedWebsite != "" && !strings.EqualFold(m.ConnectedWebsite, b.loginURL.Hostname()):
			if b.errors.isNews(m.ConnectedWebsite, now) {
				b.cfg.Log.WarnContext(ctx, "somebody logged in to another site of this bot; not counted as permission",
					slog.String("domain", m.ConnectedWebsite))
			}
			return nil
		case m.ConnectedWebsite != "":
			event.Source = users.FromConnectedWebsite
		case m.WriteAccessAllowed != nil:
			event.Source = users.FromWriteAccessAllowed
		default:
			event.Source = users.FromPrivateMessage
		}
		return event
	case c != nil && c.Chat.Type == privateChat && c.New.User.ID == b.ID():
		event := &users.WriteAccessEvent{
			TelegramID: c.Chat.ID, Source: users.FromMyChatMember, HappenedAt: happenedAt(c.Date, now),
		}
		switch c.New.Status {
		case "kicked":
			event.State = users.WriteAccessBlocked
		case "member":
			event.State = users.WriteAccessAllowed
		default:
			return nil
		}
		return event
	}
	return nil
}
