package telegramsim_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"example.com/telegram-login/internal/telegramsim"
)

// The Bot API client is a library that people really use: what it understands, others will too.
func TestGoTelegramBot_logsAPersonIn(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	sent := make(chan *models.Message, 1)
	connected := make(chan string, 1)
	b, err := bot.New(token, bot.WithServerURL(s.url), bot.WithHTTPClient(10*time.Second, s.http),
		bot.WithDefaultHandler(func(ctx context.Context, b *bot.Bot, update *models.Update) {
			if update.Message.ConnectedWebsite != "" {
				connected <- update.Message.ConnectedWebsite
				return
			}
			m, err := b.SendMessage(ctx, &bot.SendMessageParams{
				ChatID: update.Message.Chat.ID, Text: "Welcome",
				ReplyMarkup: &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{
					{Text: "Log in", LoginURL: &models.LoginURL{URL: site, RequestWriteAccess: true}},
				}}},
			})
			if err != nil {
				t.Error(err)
			}
			sent <- m
		}))
	if err != nil {
		t.Fatal(err) // New has called getMe
	}
	me, err := b.GetMe(t.Context())
	if err != nil || me.Username != peer {
		t.Fatalf("getMe: %v %v", me, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); b.Start(ctx) }()
	defer func() { stop(); <-done }()

	s.client("messages.sendMessage", object{"message": "/start"})
	m := <-sent
	if m.Chat.ID != anna || m.Text != "Welcome" {
		t.Errorf("sent %+v", m)
	}
	signed(t, s.accept(anna, m.ID, true))
	if got := <-connected; got != "localhost" {
		t.Errorf("connected website %q", got)
	}
}

func TestGoTelegramBot_understandsTheErrors(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	b, err := bot.New(token, bot.WithServerURL(s.url))
	if err != nil {
		t.Fatal(err)
	}
	send := func() error {
		_, err := b.SendMessage(t.Context(), &bot.SendMessageParams{ChatID: int64(anna), Text: "hi"})
		return err
	}
	if err = send(); !errors.Is(err, bot.ErrorForbidden) {
		t.Errorf("to a stranger: %v", err)
	}
	s.setFaults(telegramsim.Faults{APIRetryAfter: 3})
	var tooMany *bot.TooManyRequestsError
	if err = send(); !errors.As(err, &tooMany) || tooMany.RetryAfter != 3 {
		t.Errorf("429: %v", err)
	}
	if _, err = bot.New("1:unknown", bot.WithServerURL(s.url)); err == nil {
		t.Error("an unknown token was accepted")
	}
}
