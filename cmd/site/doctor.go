package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"example.com/telegram-login/internal/app"
)

// errTrouble ends the doctor with an exit status when there is a problem.
var errTrouble = errors.New("doctor: there are problems")

// doctor tells why login does not work, one line for each thing that could be
// wrong. It works with wrong settings too: what they leave is examined.
func doctor(ctx context.Context, args []string, env *environment, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("site doctor", flag.ContinueOnError)
	flags.SetOutput(stderr)
	asJSON := flags.Bool("json", false, "print a list of objects: check, status, text, cure")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	if err := noArguments("doctor", flags.Args()); err != nil {
		return err
	}
	s, err := readSettings(env, time.Now())
	problems := problemsOf(err)
	checks := settingsChecks(problems, env.unknown())
	cfg := usable(s.app, problems)
	cfg.Now = time.Now
	cfg.Log = slog.New(slog.DiscardHandler)
	checks = append(checks, app.Examine(ctx, cfg)...)
	if err := ctx.Err(); err != nil { // Somebody has had enough: the report would be about that.
		return err
	}

	printAs := printLines
	if *asJSON {
		printAs = printJSON
	}
	if err := printAs(stdout, checks); err != nil {
		return err
	}
	for _, c := range checks {
		if c.Status != app.StatusOK {
			return errTrouble
		}
	}
	return nil
}

// problemsOf takes the error of [readSettings] apart.
func problemsOf(err error) []error {
	joined, _ := err.(interface{ Unwrap() []error })
	if joined == nil {
		return nil
	}
	return joined.Unwrap()
}

// usable empties what a setting with a problem has left: what was refused must
// not be used. The token would travel in the open to a TELEGRAM_API_URL that is
// plain http, and a password that stands in one would be shown (R12).
func usable(cfg app.Config, problems []error) app.Config {
	for _, problem := range problems {
		name, _, _ := strings.Cut(problem.Error(), ":")
		switch strings.TrimSuffix(name, "_FILE") {
		case "PUBLIC_URL":
			cfg.PublicURL = nil
		case "DATABASE_URL":
			cfg.DatabaseURL = ""
		case "MIGRATE_DATABASE_URL":
			cfg.MigrateDatabaseURL = ""
		case "TELEGRAM_BOT_TOKEN":
			cfg.BotTokens = nil
		case "TELEGRAM_API_URL":
			cfg.APIURL = ""
		case "TELEGRAM_UPDATES":
			cfg.Updates = ""
		case "TELEGRAM_WEBHOOK_SECRET":
			cfg.WebhookSecrets = nil
		case "SESSION_KEYS":
			cfg.SessionKeys = nil
		case "SESSION_LIFETIME", "SESSION_IDLE":
			cfg.SessionLifetime, cfg.SessionIdle = 0, 0
		case "LOGIN_MAX_AGE":
			cfg.LoginMaxAge = 0
		}
	}
	return cfg
}

// settingsChecks makes a line of each problem with the settings.
func settingsChecks(problems []error, unknown []string) []app.Check {
	const name, cure = "settings", ".env.example explains each setting"
	var checks []app.Check
	for _, problem := range problems {
		text := strings.ReplaceAll(problem.Error(), "\n", "; ") // Of several tokens, each may be wrong.
		checks = append(checks, app.Check{Name: name, Status: app.StatusProblem, Text: text, Cure: cure})
	}
	for _, setting := range unknown {
		checks = append(checks, app.Check{
			Name: name, Status: app.StatusProblem, Text: setting + " is no setting; is it a typing error?", Cure: cure,
		})
	}
	if len(checks) == 0 {
		checks = append(checks, app.Check{Name: name, Status: app.StatusOK, Text: "all there and readable"})
	}
	return checks
}

func printJSON(w io.Writer, checks []app.Check) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(checks)
}

func printLines(w io.Writer, checks []app.Check) error {
	for _, c := range checks {
		if _, err := fmt.Fprintf(w, "%-12s %-16s %s\n", c.Status, c.Name, c.Text); err != nil {
			return err
		}
		if c.Cure != "" {
			if _, err := fmt.Fprintf(w, "%-12s %-16s → %s\n", "", "", c.Cure); err != nil {
				return err
			}
		}
	}
	return nil
}
