package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// longestPause is the most time between two tries to reach the Bot API.
const longestPause = 30 * time.Second

// allowedUpdates are the kinds of updates that we want.
var allowedUpdates = []string{models.AllowedUpdateMessage, models.AllowedUpdateMyChatMember}

// Introduce asks Telegram for the bot's username, if it is not known, and tells
// it the bot's commands, until both is done or ctx ends.
func (b *Bot) Introduce(ctx context.Context) {
	if b.username.Load() == nil {
		b.insist(ctx, "username of the bot not known; logins go on, the pages have no link to the chat", b.learnUsername)
	}
	if !b.cfg.Listens {
		b.insist(ctx, "commands of the bot not registered", b.registerCommands)
	}
}

func (b *Bot) learnUsername(ctx context.Context) error {
	me, err := b.api.GetMe(ctx)
	if err == nil {
		b.username.Store(&me.Username)
	}
	return err
}

// registerCommands fills the menu of the chat.
//
// Source: https://core.telegram.org/bots/api#setmycommands
func (b *Bot) registerCommands(ctx context.Context) error {
	var menu []models.BotCommand
	for _, c := range commands {
		menu = append(menu, models.BotCommand{Command: c.name, Description: c.description})
	}
	_, err := b.api.SetMyCommands(ctx, &telegram.SetMyCommandsParams{Commands: menu})
	return err
}

// SetWebhook has Telegram bring the updates to our address, and checks that it
// will, until that is done or ctx ends.
//
// Source: https://core.telegram.org/bots/api#setwebhook
func (b *Bot) SetWebhook(ctx context.Context) {
	b.insist(ctx, "webhook not set; logins go on, the bot does not answer", b.setWebhook)
}

func (b *Bot) setWebhook(ctx context.Context) error {
	before, err := b.api.GetWebhookInfo(ctx)
	if err != nil {
		return err
	}
	if before.URL != "" && before.URL != b.cfg.WebhookURL {
		b.cfg.Log.WarnContext(ctx, "webhook of this bot led elsewhere; the setting says that it is ours now")
	}
	_, err = b.api.SetWebhook(ctx, &telegram.SetWebhookParams{
		URL:            b.cfg.WebhookURL,
		SecretToken:    b.cfg.WebhookSecret,
		AllowedUpdates: allowedUpdates,
	})
	if err != nil {
		return err
	}
	after, err := b.api.GetWebhookInfo(ctx)
	if err != nil {
		return err
	}
	if after.URL != b.cfg.WebhookURL || !containsAll(after.AllowedUpdates, allowedUpdates) {
		return errWebhookNotKept
	}
	b.cfg.Log.InfoContext(ctx, "webhook set", slog.Int("pending_updates", after.PendingUpdateCount))
	return nil
}

// errWebhookNotKept does not say where it leads: the address may hold somebody
// else's secret.
var errWebhookNotKept = errors.New("telegram took the webhook, and says that it leads elsewhere or brings less")

// removeOwnWebhook makes way for polling after the setting was changed. A webhook
// that somebody else set is never deleted.
func (b *Bot) removeOwnWebhook(ctx context.Context) {
	info, err := b.api.GetWebhookInfo(ctx)
	if err == nil && info.URL == b.cfg.WebhookURL {
		b.cfg.Log.InfoContext(ctx, "removing our webhook: the setting says polling")
		_, err = b.api.DeleteWebhook(ctx, &telegram.DeleteWebhookParams{})
	}
	if err != nil {
		b.logAPIError(ctx, err)
	}
}

// insist repeats an act until it succeeds or ctx ends.
func (b *Bot) insist(ctx context.Context, trouble string, act func(context.Context) error) {
	for pause := time.Second; ctx.Err() == nil; pause = min(2*pause, longestPause) {
		err := act(ctx)
		if err == nil {
			return
		}
		if ctx.Err() == nil && b.errors.isNews(trouble+err.Error(), b.cfg.Now()) {
			b.cfg.Log.WarnContext(ctx, trouble, slog.String("error", err.Error())) //nolint:sloglint // The texts are constants of the callers.
		}
		wait(ctx, max(pause, retryAfter(err)))
	}
}
