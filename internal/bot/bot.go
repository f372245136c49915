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
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"example.com/telegram-login/internal/metrics"
	"example.com/telegram-login/internal/users"
)

// Config says which bot it is and where it leads. All fields are required but
// Username, WebhookSecret, the two switches and Metrics.
type Config struct {
	Token    string
	Username string // Without the @. When empty, Telegram is asked.
	APIURL   string // Such as https://api.telegram.org.
	LinkURL  string // Where a browser opens a chat, such as https://t.me.

	LoginURL    string // Our address that receives the signed data.
	AccountURL  string // Our page about the account.
	MessagesURL string // Our page with the switch for notifications.
	SessionsURL string // Our page that lists and ends sessions.
	WebhookURL  string // Our address that receives updates.
	// WebhookSecret is what Telegram shows with each update that it brings.
	WebhookSecret string

	// Listens means that another program runs the bot and hands updates on to us:
	// we take note of them, and leave the answers to it.
	Listens bool
	// Alone means that no other copy of the site runs: the lease of one that was
	// killed is dropped and not waited for.
	Alone bool

	Users *users.Store
	Queue *pgxpool.Pool // The same database, for the queue.
	// Lease is how long the right to poll outlives the last sign of life of
	// the copy that has it. It must be longer than [pollTimeout].
	Lease time.Duration
	// SendTimeout is how long Telegram may take to accept a message. What a copy
	// of the site was sending when it was killed is taken up again after six
	// times that.
	SendTimeout time.Duration
	Metrics     *metrics.Metrics // Nil to count for nobody.
	Now         func() time.Time
	Log         *slog.Logger
}

// Bot receives updates, answers people who write to it, and sends the site's
// messages. It is safe for concurrent use.
type Bot struct {
	cfg      Config
	api      *telegram.Bot
	client   httpClient
	queue    *river.Client[pgx.Tx]
	loginURL *url.URL
	username atomic.Pointer[string]

	errors news
}

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
	cfg.APIURL = strings.TrimSuffix(cfg.APIURL, "/")
	token := isToken.FindStringSubmatch(cfg.Token)
	if token == nil {
		return nil, errNoToken
	}
	if cfg.Metrics == nil {
		cfg.Metrics = metrics.New()
	}
	b := &Bot{cfg: cfg, loginURL: loginURL, client: newHTTPClient(token[1])}
	b.client.client.Transport = &countedCalls{next: b.client.client.Transport, counts: cfg.Metrics, now: cfg.Now}
	b.api, err = telegram.New(cfg.Token,
		telegram.WithServerURL(cfg.APIURL),
		telegram.WithHTTPClient(pollTimeout, b.client),
		telegram.WithSkipGetMe(),
		telegram.WithErrorsHandler(func(err error) { b.logAPIError(context.Background(), err) }),
	)
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	if b.queue, err = newQueue(b); err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	if cfg.Username != "" {
		b.username.Store(&cfg.Username)
	}
	return b, nil
}

// ID is the bot's Telegram id, which stands in its token.
func (b *Bot) ID() int64 { return b.api.ID() }

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

// WriteAccess returns whether the bot may write to a person, as far as Telegram
// told us.
func (b *Bot) WriteAccess(ctx context.Context, telegramID int64) (users.WriteAccess, error) {
	return b.cfg.Users.WriteAccess(ctx, b.ID(), telegramID)
}
