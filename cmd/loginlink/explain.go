package main

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.com/telegram-login/internal/auth"
)

// errRefused means that the link was explained, and the site would refuse it.
var errRefused = errors.New("the link is refused")

// explain prints what the site would say to a link, and why.
func (p program) explain(args []string) error {
	var cfg auth.VerifierConfig
	var tokens []string
	flags := p.flags("explain")
	repeatable(flags, &tokens, "token", "`token` of the bot (repeatable; default: TELEGRAM_BOT_TOKEN, or the stand-in's)")
	repeatable(flags, &cfg.OtherBotTokens, "other-token", "`token` of another bot that may have signed (repeatable)")
	flags.DurationVar(&cfg.MaxAge, "max-age", 5*time.Minute, "how old a link may be, as LOGIN_MAX_AGE says")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("one link is needed, in quotes because of its &: %w", errUsage)
	}
	cfg.Tokens = p.tokens(tokens)
	verifier, err := auth.NewVerifier(cfg)
	if err != nil {
		return err
	}
	query := queryOf(flags.Arg(0))
	assertion, refusal := verifier.Verify(query, p.now())
	p.line("Verdict", verdict(refusal))
	p.line("Why", reason(refusal))
	if errors.Is(refusal, auth.ErrBadSignature) {
		p.line("Likely cause", diagnosisWords[verifier.Diagnose(query)])
	}
	if refusal == nil {
		p.line("Person", fmt.Sprintf("%s, number %d", assertion.Identity.Name(), assertion.Identity.TelegramID))
	}
	p.line("Bot", fmt.Sprintf("number %d, whose tokens were tried", verifier.BotID()))
	p.line("Age", p.age(query))
	if refusal != nil {
		return errRefused
	}
	return nil
}

func (p program) line(label, text string) { fmt.Fprintf(p.stdout, "%-13s %s\n", label+":", text) }

// queryOf takes the query out of a link. What is no link is taken for a query.
func queryOf(link string) string {
	link, _, _ = strings.Cut(strings.TrimSpace(link), "#")
	if _, query, isLink := strings.Cut(link, "?"); isLink {
		return query
	}
	return link
}

func verdict(refusal error) string {
	switch {
	case refusal == nil:
		return "accepted, unless it was used before (only the site's database knows)"
	case errors.Is(refusal, auth.ErrPlainVisit):
		return "no login: a plain visit"
	}
	return "refused"
}

// age says how old the link is, by its own words.
func (p program) age(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return "unknown, the link cannot be read"
	}
	seconds, err := strconv.ParseInt(values.Get("auth_date"), 10, 64)
	if err != nil {
		return "unknown, there is no date that can be read"
	}
	switch age := p.now().Sub(time.Unix(seconds, 0)).Round(time.Second); {
	case age < 0:
		return "dated " + inWords(-age) + " in the future"
	default:
		return "signed " + inWords(age) + " ago"
	}
}

// inWords names a duration by its largest whole unit, which is all that matters.
func inWords(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if d >= 2*unit.length {
			return fmt.Sprintf("%d %ss", d/unit.length, unit.name)
		}
	}
	return fmt.Sprintf("%d seconds", d/time.Second)
}
