package main

import (
	"encoding/base64"
	"log/slog"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/telegram-login/internal/app"
)

// settings are what the environment says, checked.
type settings struct {
	app        app.Config // Without Listener, Now and Log.
	listenAddr string
	adminAddr  string // Empty for no admin listener.
	logLevel   slog.Level
}

// readSettings reads every setting once, and returns all problems together, those
// of settings that contradict each other too. What each means stands in
// .env.example.
func readSettings(env *environment, now time.Time) (settings, error) {
	r := &reader{env: env}
	databaseURL := readDatabaseURL(r)
	insecureHosts := list(r.text("INSECURE_HOSTS", ""))
	updates := readUpdates(r)
	s := settings{
		listenAddr: readListenAddr(r),
		adminAddr:  r.textOrOff("ADMIN_ADDR", "127.0.0.1:9090"),
		logLevel:   readLogLevel(r),
		app: app.Config{
			PublicURL:          readPublicURL(r),
			DatabaseURL:        databaseURL,
			MigrateDatabaseURL: readMigrateDatabaseURL(r, databaseURL),
			BotTokens:          list(r.requiredSecret("TELEGRAM_BOT_TOKEN")),
			BotUsername:        strings.TrimPrefix(r.text("TELEGRAM_BOT_USERNAME", ""), "@"),
			APIURL:             readURL(r, "TELEGRAM_API_URL", "https://api.telegram.org", insecureHosts),
			LinkURL:            readURL(r, "TELEGRAM_LINK_URL", "https://t.me", insecureHosts),
			Updates:            updates,
			WebhookSecrets:     readWebhookSecrets(r, updates),
			SessionKeys:        readSessionKeys(r),
			SessionLifetime:    readDuration(r, "SESSION_LIFETIME", 720*time.Hour, app.SessionLifetimeCeiling),
			SessionIdle:        readDuration(r, "SESSION_IDLE", 168*time.Hour, app.SessionLifetimeCeiling),
			LoginMaxAge:        readDuration(r, "LOGIN_MAX_AGE", 5*time.Minute, app.LoginMaxAgeCeiling),
			LoginConfirm:       readLoginConfirm(r),
			NotBefore:          readNotBefore(r),
			TrustedProxies:     readTrustedProxies(r),
			DrainDelay:         readDrainDelay(r),
		},
	}
	if len(s.app.BotTokens) > 0 { // That there is none has been said.
		if err := app.CheckBotTokens(s.app.BotTokens); err != nil {
			r.problem("TELEGRAM_BOT_TOKEN", "%w", err)
		}
	}
	s.contradictions(r, now)
	return s, r.err()
}

func readListenAddr(r *reader) string { return r.text("LISTEN_ADDR", ":8080") }

func readDatabaseURL(r *reader) string { return r.requiredSecret("DATABASE_URL") }

func readMigrateDatabaseURL(r *reader, databaseURL string) string {
	if direct := r.secret("MIGRATE_DATABASE_URL"); direct != "" {
		return direct
	}
	return databaseURL
}

// readPublicURL takes plain http for loopback only: anywhere else the session
// cookie would travel in the open.
func readPublicURL(r *reader) *url.URL {
	const name = "PUBLIC_URL"
	text := r.text(name, "")
	u, err := url.Parse(text)
	switch {
	case text == "":
		r.problem(name, "is required")
	case err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		r.problem(name, "is not an address like https://example.com, without a path")
	case u.Scheme == "http" && !app.IsLoopback(u.Hostname()):
		r.problem(name, "is plain http, which is for this machine only; visitors need https")
	case u.Scheme != "http" && u.Scheme != "https":
		r.problem(name, "is neither http nor https")
	default:
		return &url.URL{Scheme: u.Scheme, Host: u.Host}
	}
	return nil
}

// readURL takes plain http for loopback and for the named hosts only: the bot
// token stands in the address.
func readURL(r *reader, name, byDefault string, insecureHosts []string) string {
	text := r.text(name, byDefault)
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		r.problem(name, "is not an address like %s", byDefault)
	case u.Scheme == "http" && !app.IsLoopback(u.Hostname()) && !slices.Contains(insecureHosts, u.Hostname()):
		r.problem(name, "is plain http and %s is not in INSECURE_HOSTS", u.Hostname())
	case u.Scheme != "http" && u.Scheme != "https":
		r.problem(name, "is neither http nor https")
	case strings.Contains(u.Path, "/bot"):
		r.problem(name, "must not hold the token: it ends before /bot")
	}
	return strings.TrimSuffix(text, "/")
}

func readUpdates(r *reader) app.Updates {
	const name = "TELEGRAM_UPDATES"
	updates := app.Updates(r.text(name, string(app.UpdatesPolling)))
	switch updates {
	case app.UpdatesPolling, app.UpdatesWebhook, app.UpdatesForwarded, app.UpdatesOff:
	default:
		r.problem(name, "is none of polling, webhook, forwarded, off")
	}
	return updates
}

// isWebhookSecret is what Telegram takes as one.
//
// Source: https://core.telegram.org/bots/api#setwebhook
var isWebhookSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// minWebhookSecret keeps people from choosing one that can be guessed.
const minWebhookSecret = 16

// readWebhookSecrets wants a secret where updates come over HTTP: without one
// anybody could tell us what people have allowed.
func readWebhookSecrets(r *reader, updates app.Updates) []string {
	const name = "TELEGRAM_WEBHOOK_SECRET"
	before := len(r.problems)
	secrets := list(r.secret(name))
	if len(secrets) == 0 && len(r.problems) == before && updates.ComeByHTTP() {
		r.problem(name, "is required when TELEGRAM_UPDATES is %s", updates)
	}
	for i, secret := range secrets {
		switch {
		case !isWebhookSecret.MatchString(secret):
			r.problem(name, "secret %d may have letters, digits, _ and - only, at most 256", i+1)
		case len(secret) < minWebhookSecret:
			r.problem(name, "secret %d has fewer than %d characters", i+1, minWebhookSecret)
		}
	}
	return secrets
}

func readSessionKeys(r *reader) [][]byte {
	const name = "SESSION_KEYS"
	var keys [][]byte
	for i, text := range list(r.requiredSecret(name)) {
		key, err := base64.StdEncoding.DecodeString(text)
		switch {
		case err != nil:
			r.problem(name, "key %d is not base64", i+1)
		case len(key) < app.MinSessionKeyBytes:
			r.problem(name, "key %d has fewer than %d bytes", i+1, app.MinSessionKeyBytes)
		}
		keys = append(keys, key)
	}
	return keys
}

func readDuration(r *reader, name string, byDefault, ceiling time.Duration) time.Duration {
	d, err := time.ParseDuration(r.text(name, byDefault.String()))
	if err != nil || d <= 0 || d > ceiling {
		r.problem(name, "is not a time with a unit, such as 90s, 5m or 720h, at most %s", ceiling)
	}
	return d
}

// longestDrain leaves time for all else within the hard stop.
const longestDrain = 15 * time.Second

// readDrainDelay takes no delay too: for a laptop, where nothing balances.
func readDrainDelay(r *reader) time.Duration {
	const name = "DRAIN_DELAY"
	d, err := time.ParseDuration(r.text(name, "5s"))
	if err != nil || d < 0 || d > longestDrain {
		r.problem(name, "is not a time with a unit, such as 5s, or 0s, at most %s", longestDrain)
	}
	return d
}

func readLoginConfirm(r *reader) bool {
	const name = "LOGIN_CONFIRM"
	switch r.text(name, "auto") {
	case "auto":
		return false
	case "always":
		return true
	}
	r.problem(name, "is neither auto nor always")
	return false
}

func readNotBefore(r *reader) time.Time {
	const name = "LOGIN_NOT_BEFORE"
	text := r.text(name, "")
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		r.problem(name, "is not a time like 2026-01-31T12:00:00Z")
	}
	return t
}

func readTrustedProxies(r *reader) []string {
	const name = "TRUSTED_PROXIES"
	networks := list(r.text(name, ""))
	for _, network := range networks {
		if _, err := netip.ParsePrefix(network); err != nil {
			r.problem(name, "%q is not a network like 10.0.0.0/8", network)
		}
	}
	return networks
}

func readLogLevel(r *reader) slog.Level {
	const name = "LOG_LEVEL"
	var level slog.Level
	if err := level.UnmarshalText([]byte(r.text(name, "info"))); err != nil {
		r.problem(name, "is none of debug, info, warn, error")
	}
	return level
}
