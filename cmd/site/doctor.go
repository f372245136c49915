package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
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
	s, err := readSettings(env)
	checks := settingsChecks(err, env.unknown())
	s.app.Now = time.Now
	s.app.Log = slog.New(slog.DiscardHandler)
	checks = append(checks, app.Examine(ctx, s.app)...)

	if *asJSON {
		err = printJSON(stdout, checks)
	} else {
		err = printLines(stdout, checks)
	}
	if err != nil {
		return err
	}
	for _, c := range checks {
		if c.Status != app.StatusOK {
			return errTrouble
		}
	}
	return nil
}

// settingsChecks makes a line of each problem with the settings.
func settingsChecks(err error, unknown []string) []app.Check {
	const name, cure = "settings", ".env.example explains each setting"
	var checks []app.Check
	problems, _ := err.(interface{ Unwrap() []error })
	if problems != nil {
		for _, problem := range problems.Unwrap() {
			checks = append(checks, app.Check{Name: name, Status: app.StatusProblem, Text: problem.Error(), Cure: cure})
		}
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
