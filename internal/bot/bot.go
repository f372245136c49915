package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"example.com/telegram-login/internal/users"
)

// Config says which bot it is and where it leads. All fields are required but
// Username.
type Config struct {
	Token    string
	Username string // Without the @. When empty, Telegram is asked.
	APIURL   string // Such as https://api.telegram.org.
	LinkURL  string // Where a browser opens a chat, such as https://t.me.
	LoginURL string // Our address that receives the signed data.
	Users    *users.Store
	// Lease is how long the right to poll outlives the last sign of life of
	// the copy that has it. It must be longer than [pollTimeout].
	Lease time.Duration
	// Alone means that no other copy of the site runs: the lease of one that was
	// killed is dropped and not waited for.
	Alone bool
	Now   func() time.Time
	Log   *slog.Logger
}

// Bot answers people who write to it. It is safe for concurrent use.
type Bot struct {
	cfg      Config
	api      *telegram.Bot
	loginURL *url.URL
	username atomic.Pointer[string]

	errors news
}

// pollTimeout is how long Telegram may hold a request for updates open.
const pollTimeout = 25 * time.Second

// workers bounds how many updates are answered at a time.
const workers = 8

// isToken is what a bot token looks like. Anything else could spoil the address
// of a call, and the library's error would then show it (R12).
//
// Source: https://core.telegram.org/bots/api#authorizing-your-bot
var isToken = regexp.MustCompile(`^[0-9]+:([A-Za-z0-9_-]+)$`)

var errNoToken = errors.New("bot token: want digits, a colon and letters")

// New returns a bot. It does not speak to Telegram yet, so that the site starts
// while Telegram is out of reach.
func New(cfg Config) (*Bot, error) {
	loginURL, err := url.Parse(cfg.LoginURL)
	if err != nil {
		return nil, fmt.Errorf("login address: %w", err)
	}
	if _, err := url.Parse(cfg.APIURL); err != nil {
		return nil, fmt.Errorf("bot api address: %w", err)
	}
	token := isToken.FindStringSubmatch(cfg.Token)
	if token == nil {
		return nil, errNoToken
	}
	b := &Bot{cfg: cfg, loginURL: loginURL}
	b.api, err = telegram.New(cfg.Token,
		telegram.WithServerURL(strings.TrimSuffix(cfg.APIURL, "/")),
		telegram.WithHTTPClient(pollTimeout, newHTTPClient(token[1])),
		telegram.WithSkipGetMe(),
		telegram.WithAllowedUpdates(telegram.AllowedUpdates{models.AllowedUpdateMessage, models.AllowedUpdateMyChatMember}),
		telegram.WithDefaultHandler(func(ctx context.Context, _ *telegram.Bot, update *models.Update) { b.Handle(ctx, update) }),
		telegram.WithErrorsHandler(b.logPollError),
		telegram.WithNotAsyncHandlers(),
		telegram.WithWorkers(workers),
	)
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	if cfg.Username != "" {
		b.username.Store(&cfg.Username)
	}
	return b, nil
}

// ChatLink returns the address that opens the chat in Telegram and gives the bot
// this start parameter, or false while the bot's username is not known.
//
// Source: https://core.telegram.org/api/links#bot-links
func (b *Bot) ChatLink(start string) (string, bool) {
	username := b.username.Load()
	if username == nil {
		return "", false
	}
	return strings.TrimSuffix(b.cfg.LinkURL, "/") + "/" + url.PathEscape(*username) +
		"?start=" + url.QueryEscape(start), true
}

// longestPause is the most time between two tries to reach the Bot API.
const longestPause = 30 * time.Second

// LearnUsername asks Telegram for the bot's username, if it is not known, until
// there is an answer or ctx ends.
func (b *Bot) LearnUsername(ctx context.Context) {
	for pause := time.Second; b.username.Load() == nil; pause = min(2*pause, longestPause) {
		me, err := b.api.GetMe(ctx)
		if err == nil {
			b.username.Store(&me.Username)
			return
		}
		if b.errors.isNews(err.Error(), b.cfg.Now()) {
			b.cfg.Log.WarnContext(ctx, "username of the bot not known; logins go on, the pages have no link to the chat",
				slog.String("error", err.Error()))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
