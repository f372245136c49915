package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/postgres"
	"example.com/telegram-login/internal/site"
)

// Status says how a check went.
type Status string

// The outcomes.
const (
	StatusOK         Status = "ok"
	StatusProblem    Status = "problem"
	StatusNotChecked Status = "not_checked" // Something else has to be cured first.
)

// Check is one line of the doctor's report. Its texts hold no secret, and no
// character that a terminal obeys. Names are for programs, and stay as they are.
type Check struct {
	Name   string `json:"check"`
	Status Status `json:"status"`
	Text   string `json:"text"`
	Cure   string `json:"cure,omitempty"` // What to do about a problem.
}

// doctorTimeout is how long each question to somebody else may take.
const doctorTimeout = 10 * time.Second

// Examine tells why login does not work, in the order in which a person would
// look. It changes nothing and signs nobody in. Settings that are missing or
// wrong may be zero in cfg: what depends on them is not checked.
func Examine(ctx context.Context, cfg Config) []Check {
	d := &doctor{cfg: cfg, client: &http.Client{
		Timeout:       doctorTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	d.checkTokens(ctx)
	d.checkUsername()
	d.checkClock()
	d.checkPublicURL()
	d.checkDatabase(ctx)
	d.checkMigrateDatabase(ctx)
	d.checkSessions()
	d.checkLoginAge()
	d.checkSite(ctx)
	d.checkLogin(ctx)
	d.checkUpdates()
	d.checkWebhookSecret(ctx)
	return d.report
}

// doctor is one examination.
type doctor struct {
	cfg    Config
	client *http.Client
	report []Check

	answered  *bot.Inspection // Nil while Telegram has said nothing at all.
	bot       *bot.Inspection // Nil unless Telegram accepts the token that sends.
	siteThere bool            // Our site answers at its public address.
}

func (d *doctor) ok(name, format string, args ...any) {
	d.add(Check{Name: name, Status: StatusOK, Text: fmt.Sprintf(format, args...)})
}

func (d *doctor) problem(name, text, cure string) {
	d.add(Check{Name: name, Status: StatusProblem, Text: text, Cure: cure})
}

func (d *doctor) notChecked(name, why string) {
	d.add(Check{Name: name, Status: StatusNotChecked, Text: why})
}

// add makes one line of a text: others' words are in it, and errors of several
// lines.
func (d *doctor) add(c Check) {
	c.Text = strings.Join(strings.FieldsFunc(c.Text, unicode.IsControl), " ")
	d.report = append(d.report, c)
}

func (d *doctor) checkTokens(ctx context.Context) {
	const name = "bot_token"
	if len(d.cfg.BotTokens) == 0 || d.cfg.APIURL == "" {
		d.notChecked(name, "TELEGRAM_BOT_TOKEN or TELEGRAM_API_URL is missing or wrong")
		return
	}
	for i, token := range d.cfg.BotTokens {
		which := "the token"
		if len(d.cfg.BotTokens) > 1 {
			which = fmt.Sprintf("token %d", i+1)
		}
		ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
		found, err := bot.Inspect(ctx, d.cfg.APIURL, token, d.address(site.WebhookPath), d.cfg.Now)
		cancel()
		if d.answered == nil && (err == nil || errors.Is(err, bot.ErrTokenRefused)) {
			d.answered = &found
		}
		switch {
		case errors.Is(err, bot.ErrTokenRefused):
			d.problem(name, "Telegram does not accept "+which,
				"ask @BotFather for the token (/token) and put it into TELEGRAM_BOT_TOKEN; take one that was revoked out of it")
		case err != nil:
			d.problem(name, which+": "+err.Error(),
				"look whether this machine reaches the host of TELEGRAM_API_URL")
		default:
			d.ok(name, "Telegram accepts %s, of @%s", which, found.Username)
			if i == 0 {
				d.bot = &found
			}
		}
	}
}

func (d *doctor) checkUsername() {
	const name = "bot_username"
	switch {
	case d.bot == nil:
		d.notChecked(name, "Telegram has not told it")
	case d.cfg.BotUsername == "":
		d.ok(name, "asked from Telegram: @%s", d.bot.Username)
	case !strings.EqualFold(d.cfg.BotUsername, d.bot.Username):
		d.problem(name, fmt.Sprintf("TELEGRAM_BOT_USERNAME is @%s and the token is that of @%s", d.cfg.BotUsername, d.bot.Username),
			"leave TELEGRAM_BOT_USERNAME empty, or use the token of the bot that you mean")
	default:
		d.ok(name, "@%s", d.bot.Username)
	}
}

// worstSkew is half of what the login tolerates of links from the future.
const worstSkew = 30 * time.Second

func (d *doctor) checkClock() {
	const name = "clock"
	switch {
	case d.answered == nil || !d.answered.SkewKnown:
		d.notChecked(name, "Telegram has not told the time")
	case d.answered.ClockSkew.Abs() > worstSkew:
		ahead := "ahead of"
		if d.answered.ClockSkew < 0 {
			ahead = "behind"
		}
		d.problem(name, fmt.Sprintf("this machine's clock is %s %s Telegram's", d.answered.ClockSkew.Abs(), ahead),
			"let the machine's clock be set by NTP; login links are refused as expired or from the future")
	default:
		d.ok(name, "agrees with Telegram's")
	}
}

// checkPublicURL knows what may be linked to a bot.
//
// Source: https://core.telegram.org/bots/api#loginurl; Telegram refuses buttons
// whose host has no dot, and wants https outside its test environment.
func (d *doctor) checkPublicURL() {
	const name = "public_url"
	if d.cfg.PublicURL == nil {
		d.notChecked(name, "PUBLIC_URL is missing or wrong")
		return
	}
	host := d.cfg.PublicURL.Hostname()
	switch {
	case d.withStandIn():
		d.ok(name, "%s, with the stand-in Telegram", d.cfg.PublicURL)
	case IsLoopback(host):
		d.problem(name, d.cfg.PublicURL.String()+" is this machine only: Telegram links no bot to localhost",
			"use a real host name with https; on a laptop use the stand-in: go run ./cmd/demo")
	case d.cfg.PublicURL.Scheme != "https":
		d.problem(name, d.cfg.PublicURL.String()+" is plain http, which Telegram's apps do not open for a login", "put a proxy that speaks https in front, and set PUBLIC_URL to its address")
	case net.ParseIP(host) != nil:
		d.problem(name, host+" is an IP address, to which @BotFather links no bot", "use a host name")
	case !strings.Contains(host, "."):
		d.problem(name, host+" has no dot, so Telegram refuses buttons that lead there", "use a full host name, such as login.example.com")
	case d.cfg.PublicURL.Port() != "":
		d.problem(name, "PUBLIC_URL has port "+d.cfg.PublicURL.Port()+"; a bot is linked to a host without one",
			"serve https on port 443, and leave the port out of PUBLIC_URL")
	default:
		d.ok(name, "%s; /setdomain of @BotFather has to say %s", d.cfg.PublicURL, host)
	}
}

func (d *doctor) checkDatabase(ctx context.Context) {
	const name, schema = "database", "database_schema"
	if d.cfg.DatabaseURL == "" {
		d.notChecked(name, "DATABASE_URL is missing or wrong")
		d.notChecked(schema, "the database is not known")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	state, err := postgres.Inspect(ctx, d.cfg.DatabaseURL)
	switch {
	case err != nil:
		d.problem(name, err.Error(), "look whether PostgreSQL runs and DATABASE_URL is right: host, port, user, password, name")
		d.notChecked(schema, "the database does not answer")
		return
	case state.ReadOnly:
		d.problem(name, "the database can be read only", "let DATABASE_URL lead to the primary and not to a standby: target_session_attrs=read-write")
	default:
		d.ok(name, "answers, and can be written")
	}
	switch {
	case state.Dirty:
		d.problem(schema, fmt.Sprintf("migration %d failed half-way", state.Version), "run \"site migrate\": it says what to do")
	case state.Version < state.Newest:
		d.problem(schema, fmt.Sprintf("is at version %d and this program needs %d", state.Version, state.Newest), "run \"site migrate\"")
	case state.Version > state.Newest:
		d.problem(schema, fmt.Sprintf("is at version %d and this program knows %d", state.Version, state.Newest), "run a newer version of this program")
	default:
		d.ok(schema, "is at version %d, the newest", state.Version)
	}
}

// checkMigrateDatabase looks at the second way to the database, where there is
// one: the site migrates at each start, and does not start without.
func (d *doctor) checkMigrateDatabase(ctx context.Context) {
	const name = "migrate_database"
	if d.cfg.MigrateDatabaseURL == "" || d.cfg.MigrateDatabaseURL == d.cfg.DatabaseURL {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, doctorTimeout)
	defer cancel()
	if _, err := postgres.Inspect(ctx, d.cfg.MigrateDatabaseURL); err != nil {
		d.problem(name, err.Error(), "look whether MIGRATE_DATABASE_URL is right; leave it empty when DATABASE_URL leads to no pooler")
		return
	}
	d.ok(name, "answers")
}

func (d *doctor) checkSessions() {
	const name = "sessions"
	switch {
	case len(d.cfg.SessionKeys) == 0 || slices.ContainsFunc(d.cfg.SessionKeys, isShortKey):
		d.notChecked(name, "SESSION_KEYS is missing or wrong")
	case d.cfg.PublicURL == nil:
		d.notChecked(name, "PUBLIC_URL is missing or wrong")
	case d.cfg.PublicURL.Scheme == "https":
		d.ok(name, "cookie __Host-session: https only, no other host; %d key(s), the first one signs", len(d.cfg.SessionKeys))
	default:
		d.ok(name, "cookie session, over plain http on this machine; %d key(s), the first one signs", len(d.cfg.SessionKeys))
	}
}

func isShortKey(key []byte) bool { return len(key) < MinSessionKeyBytes }

// What is sensible for LOGIN_MAX_AGE: a slow phone has to make it, and a link
// that was copied from somewhere should not.
const (
	shortestMaxAge = 30 * time.Second
	longestMaxAge  = time.Hour
)

func (d *doctor) checkLoginAge() {
	const name, usual = "login_age", "leave LOGIN_MAX_AGE empty, for five minutes"
	switch maxAge := d.cfg.LoginMaxAge; {
	case maxAge == 0:
		d.notChecked(name, "LOGIN_MAX_AGE is wrong")
	case maxAge < shortestMaxAge:
		d.problem(name, fmt.Sprintf("LOGIN_MAX_AGE is %s: whoever has a slow connection comes too late", maxAge), usual)
	case maxAge > longestMaxAge:
		d.problem(name, fmt.Sprintf("LOGIN_MAX_AGE is %s: so long a link that got into wrong hands can be used", maxAge), usual)
	default:
		d.ok(name, "a login link is good for %s", maxAge)
	}
}

// checkUpdates compares how we get updates with what Telegram does with them.
func (d *doctor) checkUpdates() {
	const name = "updates"
	if d.bot == nil {
		d.notChecked(name, "Telegram has not told")
		return
	}
	hook := d.bot.Webhook
	switch d.cfg.Updates {
	case UpdatesPolling:
		switch {
		case hook.Set && hook.Ours:
			d.problem(name, "polling is set, and our own webhook is still there", "start the site once more: it removes it")
		case hook.Set:
			d.problem(name, "go to a webhook at "+hook.Host+": polling gets none",
				"if another program runs this bot, set TELEGRAM_UPDATES=forwarded and let it hand them on (docs/consent.md); else remove the webhook")
		default:
			d.ok(name, "polling, and no webhook is in the way")
		}
	case UpdatesWebhook:
		d.checkWebhook(name, hook)
	case UpdatesForwarded:
		d.ok(name, "handed on by another program")
	case UpdatesOff:
		d.ok(name, "off: logins work, and the bot sends no messages")
	default:
		d.notChecked(name, "TELEGRAM_UPDATES is wrong")
	}
}

// recentError is how long an error of the webhook is worth a line.
const recentError = time.Hour

func (d *doctor) checkWebhook(name string, hook bot.WebhookInspection) {
	again := "start the site: it sets the webhook, and says in its log why it cannot"
	switch port := cmp.Or(d.port(), "443"); {
	case !d.withStandIn() && !slices.Contains([]string{"443", "80", "88", "8443"}, port):
		d.problem(name, "Telegram brings updates to ports 443, 80, 88 and 8443, and not to "+port, "use one of those in PUBLIC_URL, or TELEGRAM_UPDATES=polling")
	case !hook.Set:
		d.problem(name, "no webhook is set", again)
	case !hook.Ours:
		d.problem(name, "the webhook leads to "+hook.Host+", and not to our address", again+"; if another program sets it, use TELEGRAM_UPDATES=forwarded")
	case !hook.AllUpdates:
		d.problem(name, fmt.Sprintf("Telegram brings only %q", hook.AllowedUpdates), again)
	case hook.LastError != "" && (d.cfg.Now().Sub(hook.LastErrorAt) < recentError || hook.Pending > 0):
		d.problem(name, fmt.Sprintf("Telegram could not bring an update at %s: %s; %d are waiting",
			hook.LastErrorAt.UTC().Format(time.RFC3339), hook.LastError, hook.Pending),
			"look at what stands before the site: certificate, firewall, and what it answers to POST "+site.WebhookPath)
	default:
		d.ok(name, "webhook set; %d updates are waiting", hook.Pending)
	}
}

func (d *doctor) address(path string) string {
	if d.cfg.PublicURL == nil {
		return ""
	}
	return d.cfg.PublicURL.JoinPath(path).String()
}

func (d *doctor) port() string {
	if d.cfg.PublicURL == nil {
		return ""
	}
	return d.cfg.PublicURL.Port()
}

// withStandIn reports whether Telegram is played by our stand-in, which says so. A
// Bot API server of one's own may have a loopback address too; only while nobody
// answers there, the stand-in is the better guess.
func (d *doctor) withStandIn() bool {
	if d.answered != nil {
		return d.answered.StandIn
	}
	u, err := url.Parse(d.cfg.APIURL)
	return err == nil && IsLoopback(u.Hostname())
}

// IsLoopback reports whether a host name means this machine.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
