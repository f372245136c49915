package telegramsim

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The bot that the stand-in plays when nobody says otherwise. Nothing here opens anything at Telegram:
// the values are public, so that a laptop works without configuration.
const (
	DefaultToken    = "7000000001:AAStand-in-Telegram_not_a_real_token"
	DefaultUsername = "standin_login_bot"
	DefaultName     = "Stand-in Login"
)

// A Bot is one bot as BotFather would have created it.
type Bot struct {
	Token    string // "<bot id>:<secret>"; it signs the login data
	Username string // without @; five characters or more, the last three "bot"
	Name     string // the display name
	Domain   string // the linked domain (BotFather's /setdomain): a host without port; empty means not linked
}

// Config is everything that New needs.
type Config struct {
	Bots      []Bot            // at least one
	PublicURL string           // where browsers reach the stand-in: scheme://host[:port]
	Hosts     []string         // further host names to answer to, such as the name of a compose service
	People    []Person         // who one can be; empty means DefaultPeople
	Now       func() time.Time // required; must be safe for concurrent use
	Log       *slog.Logger     // required

	// WebhookRetry is the pause before a failed webhook delivery is repeated for the first time; 0 means 100 ms.
	// Each further pause is twice as long, up to 600 times this one. A webhook has 100 times this long to answer.
	WebhookRetry time.Duration
}

var (
	tokenForm    = regexp.MustCompile(`^([1-9][0-9]{0,15}):[A-Za-z0-9_-]+$`)
	usernameForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*[Bb][Oo][Tt]$`)
	hostForm     = regexp.MustCompile(`^[A-Za-z0-9._-]+$|^[0-9A-Fa-f]*:[0-9A-Fa-f:.]+$`)
)

// check returns all problems of the configuration as one error. The texts never contain a token.
func (cfg Config) check() error {
	var problems []error
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }

	if len(cfg.Bots) == 0 {
		report("at least one bot is needed")
	}
	ids, names := map[string]bool{}, map[string]bool{}
	for i, b := range cfg.Bots {
		for _, problem := range b.problems() {
			report("bot %d: %s", i+1, problem)
		}
		id, _, _ := strings.Cut(b.Token, ":")
		name := strings.ToLower(b.Username)
		if ids[id] || names[name] {
			report("bot %d: id and username must differ from those of the other bots", i+1)
		}
		ids[id], names[name] = true, true
	}
	if !isOrigin(cfg.PublicURL) {
		report("public URL %q must look like http://localhost:8081, without a path", cfg.PublicURL)
	}
	for _, host := range cfg.Hosts {
		if !hostForm.MatchString(host) {
			report("host %q must be a bare host name without a port", host)
		}
	}
	known := map[int64]bool{}
	for _, p := range cfg.People {
		if p.ID < 1 || p.ID >= 1<<52 || known[p.ID] {
			report("person %d: the id must be unique and have at most 52 bits", p.ID)
		}
		known[p.ID] = true
	}
	if cfg.WebhookRetry < 0 || cfg.WebhookRetry > time.Minute {
		report("WebhookRetry must be 0 to one minute")
	}
	if cfg.Now == nil {
		report("a clock (Now) is needed")
	}
	if cfg.Log == nil {
		report("a logger (Log) is needed")
	}
	return errors.Join(problems...)
}

func (b Bot) problems() []string {
	var problems []string
	if !tokenForm.MatchString(b.Token) {
		problems = append(problems, "the token must look like 7000000001:letters-digits_and-dashes")
	}
	if len(b.Username) < 5 || len(b.Username) > 32 || !usernameForm.MatchString(b.Username) {
		problems = append(problems, fmt.Sprintf("username %q must be 5 to 32 letters, digits or _ and end in bot", b.Username))
	}
	if b.Name == "" {
		problems = append(problems, "a name is needed")
	}
	if b.Domain != "" && !hostForm.MatchString(b.Domain) {
		problems = append(problems, fmt.Sprintf("domain %q must be a bare host name without a port", b.Domain))
	}
	return problems
}

// id is the number in front of the token's colon, which is how real tokens are built.
func (b Bot) id() int64 {
	digits, _, _ := strings.Cut(b.Token, ":")
	id, _ := strconv.ParseInt(digits, 10, 64) // check has matched tokenForm: at most 16 digits
	return id
}

func isOrigin(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil &&
		strings.TrimSuffix(raw, "/") == u.Scheme+"://"+u.Host
}
