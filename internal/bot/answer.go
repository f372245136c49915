package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/riverqueue/river"
)

// answerKind names an answer to what somebody wrote.
type answerKind string

const (
	answerLogin  answerKind = "login"
	answerStop   answerKind = "stop"
	answerWhoami answerKind = "whoami"
	answerHelp   answerKind = "help"
)

// namePause is how soon a command is looked at again that may be for another
// bot, while our own username is not known.
const namePause = 5 * time.Second

// answersKept is how long an answer is worth sending. Later it would puzzle.
const answersKept = time.Hour

var errTooOld = errors.New("too old to be of use")

// answerWorker sends answers: at least once. When a copy of the site is killed
// after Telegram took one and before that was noted, it is sent again: two
// login buttons do no harm, none does. The person has just written, so the bot
// may write; and the switch is not asked, because they asked.
type answerWorker struct {
	river.WorkerDefaults[answerArgs]
	bot *Bot
}

// Work sends one answer.
func (w *answerWorker) Work(ctx context.Context, job *river.Job[answerArgs]) error {
	b, asked := w.bot, job.Args
	if time.Since(job.CreatedAt) > answersKept { //nolint:forbidigo // The queue runs by the machine's clock.
		return river.JobCancel(errTooOld)
	}
	switch {
	case asked.Addressee != "" && b.username.Load() == nil:
		return river.JobSnooze(namePause)
	case !b.mayBeFor(asked.Addressee):
		return nil // A command for another bot of the group.
	}
	params, err := b.answer(ctx, asked)
	if err != nil {
		return err
	}
	over, err := b.awaitSlot(ctx, asked.ChatID)
	if err != nil {
		return err
	}
	if b.isOver(ctx, over) {
		return river.JobSnooze(0)
	}
	became, at, err := b.post(ctx, "answer", params)
	switch became {
	case taken:
		return nil
	case tooMany:
		return river.JobSnooze(retryAfter(err))
	case noEntry:
		if asked.ChatID == asked.TelegramID {
			return b.cfg.Users.RecordRefusedSend(ctx, *b.refusedSend(asked.TelegramID, err, at))
		}
		return river.JobCancel(err) // A group that the bot was thrown out of.
	case refused:
		if b.errors.isNews(err.Error(), b.cfg.Now()) { // Anybody in a group can cause it.
			b.cfg.Log.WarnContext(ctx, "answer refused by telegram", slog.String("answer", string(asked.Answer)), slog.String("error", err.Error()))
		}
		return river.JobCancel(err)
	case notSent:
	case uncertain:
		if isTriedEnough(job.Attempt, err) {
			return river.JobCancel(err)
		}
	}
	b.logQueueError(ctx, err)
	return err
}

// answer makes the text, of what is known at this moment.
func (b *Bot) answer(ctx context.Context, asked answerArgs) (*telegram.SendMessageParams, error) {
	m := &telegram.SendMessageParams{ChatID: asked.ChatID, MessageThreadID: asked.ThreadID}
	switch asked.Answer {
	case answerLogin:
		m.Text = "Press the button to log in to " + b.host() + ". Telegram may ask you first."
		m.ReplyMarkup = b.loginButton(asked.State)
	case answerStop, answerWhoami:
		account, known, err := b.cfg.Users.FindAccount(ctx, asked.TelegramID)
		switch {
		case err != nil:
			return nil, err
		case !known:
			m.Text = noAccountText(b.host())
		case asked.Answer == answerStop:
			m.Text = stopText(b.host(), b.cfg.MessagesURL)
		default:
			m.Text = whoamiText(account, b.host(), b.cfg.AccountURL)
		}
	case answerHelp:
		m.Text = helpText(b.host())
	default:
		return nil, river.JobCancel(fmt.Errorf("unknown answer %q", asked.Answer))
	}
	return m, nil
}

// loginButton carries the state of an attempt in its address, which so comes
// back to the browser that started it (R7).
//
// Source: https://core.telegram.org/bots/api#loginurl
func (b *Bot) loginButton(state string) *models.InlineKeyboardMarkup {
	address := *b.loginURL
	if state != "" {
		query := address.Query()
		query.Set("state", state)
		address.RawQuery = query.Encode()
	}
	return &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{{
		Text:     "Log in",
		LoginURL: &models.LoginURL{URL: address.String(), RequestWriteAccess: true},
	}}}}
}

func (b *Bot) host() string { return b.loginURL.Hostname() }
