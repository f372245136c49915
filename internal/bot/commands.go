package bot

import (
	"context"
	"log/slog"
	"regexp"
	"strings"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// Handle acts on one update, however it came. What it does not know it leaves
// alone.
func (b *Bot) Handle(ctx context.Context, update *models.Update) {
	if update.Message == nil {
		return
	}
	name, payload, ok := b.command(update.Message.Text)
	if !ok {
		return
	}
	private := update.Message.Chat.Type == models.ChatTypePrivate
	switch {
	case name == "start" && private:
		b.offerLogin(ctx, update.Message, payload)
	case name == "login":
		// In a group everybody may press the button, so it carries no state.
		b.offerLogin(ctx, update.Message, "")
	}
}

// command reads "/name@bot payload". A command for another bot of the group is
// none of ours.
//
// Source: https://core.telegram.org/bots/features#commands
func (b *Bot) command(text string) (string, string, bool) {
	word, payload, _ := strings.Cut(strings.TrimSpace(text), " ")
	name, isCommand := strings.CutPrefix(word, "/")
	name, addressee, addressed := strings.Cut(name, "@")
	if addressed {
		username := b.username.Load()
		if username == nil || !strings.EqualFold(addressee, *username) {
			return "", "", false
		}
	}
	return strings.ToLower(name), strings.TrimSpace(payload), isCommand
}

// topic is the forum topic that a message was written in; 0 for none.
func topic(m *models.Message) int {
	if m.IsTopicMessage {
		return m.MessageThreadID
	}
	return 0
}

// isState is what a start parameter may be.
//
// Source: https://core.telegram.org/bots/features#deep-linking
var isState = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// offerLogin sends the button. The state of an attempt travels in the button's
// address, and so comes back to the browser that started it (R7).
//
// Source: https://core.telegram.org/bots/api#loginurl
func (b *Bot) offerLogin(ctx context.Context, asked *models.Message, state string) {
	address := *b.loginURL
	if isState.MatchString(state) {
		query := address.Query()
		query.Set("state", state)
		address.RawQuery = query.Encode()
	}
	_, err := b.api.SendMessage(ctx, &telegram.SendMessageParams{
		ChatID:          asked.Chat.ID,
		MessageThreadID: topic(asked),
		Text:            "Press the button to log in to " + b.loginURL.Hostname() + ". Telegram may ask you first.",
		// A preview would make Telegram's crawler visit the site.
		LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: telegram.True()},
		ReplyMarkup: &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{{
			Text:     "Log in",
			LoginURL: &models.LoginURL{URL: address.String(), RequestWriteAccess: true},
		}}}},
	})
	if err != nil {
		b.cfg.Log.WarnContext(ctx, "login button not sent", slog.String("error", err.Error()))
	}
}
