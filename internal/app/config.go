package app

import (
	"log/slog"
	"net"
	"net/url"
	"time"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/postgres"
	"example.com/telegram-login/internal/site"
)

// Updates says how the bot's updates reach us.
type Updates string

// The ways.
const (
	UpdatesPolling   Updates = "polling"
	UpdatesWebhook   Updates = "webhook"
	UpdatesForwarded Updates = "forwarded" // Another program runs the bot and hands them on.
	UpdatesOff       Updates = "off"       // The bot does not answer; logins work all the same.
)

// ComeByHTTP reports whether updates are brought to our webhook address.
func (u Updates) ComeByHTTP() bool { return u == UpdatesWebhook || u == UpdatesForwarded }

// Config is everything that a running site needs, checked already. Durations and
// limits have the meaning that .env.example gives them.
type Config struct {
	PublicURL *url.URL
	// Listener takes the visitors' connections. Run closes it.
	Listener net.Listener
	// MaxConnections is how many of them there may be; the next ones wait to be
	// accepted. Zero for the usual number.
	MaxConnections int
	// AdminListener takes the operator's: metrics, profiles, health. Run closes it.
	// Nil for none.
	AdminListener net.Listener

	DatabaseURL        string
	MigrateDatabaseURL string

	BotTokens   []string // The first one sends.
	BotUsername string   // Asked from Telegram when empty.
	APIURL      string
	LinkURL     string
	Updates     Updates
	// WebhookSecrets are for webhook and forwarded: all are accepted, and the first
	// one is set at Telegram.
	WebhookSecrets []string

	SessionKeys  [][]byte
	LoginMaxAge  time.Duration
	LoginConfirm bool // Ask always, unless an attempt vouches.
	NotBefore    time.Time

	// Alone means that no other copy of the site runs, as on a laptop.
	Alone bool

	SessionLifetime time.Duration
	SessionIdle     time.Duration
	TrustedProxies  []string

	// SendTimeout is how long Telegram may take to accept a message; zero for the
	// usual time.
	SendTimeout time.Duration

	// DrainDelay is how long a copy that stops says that it is not ready and goes
	// on serving. A load balancer has to notice within it.
	DrainDelay time.Duration
	// Hurry is closed to shorten a stop; nil for never.
	Hurry <-chan struct{}

	// Serving is called once visitors are served; nil for nobody to tell.
	Serving func()

	Now func() time.Time
	Log *slog.Logger
}

// newestWebhookSecret is the one that Telegram is to show; empty for none.
func (c Config) newestWebhookSecret() string {
	if len(c.WebhookSecrets) == 0 {
		return ""
	}
	return c.WebhookSecrets[0]
}

// What settings may be at most, or must be at least.
const (
	LoginMaxAgeCeiling = auth.MaxAgeCeiling
	// SessionLifetimeCeiling is how long browsers keep a cookie (RFC 6265bis,
	// section 5.5).
	SessionLifetimeCeiling = 400 * 24 * time.Hour
	MinSessionKeyBytes     = site.MinSessionKeyBytes
)

// RedactDatabaseURL is [postgres.Redact].
func RedactDatabaseURL(databaseURL string) string { return postgres.Redact(databaseURL) }

// CheckBotTokens names everything that is wrong with the tokens of the bot (R11).
// The error does not hold a token.
func CheckBotTokens(tokens []string) error {
	_, err := auth.CheckBotTokens(tokens)
	return err
}
