// Command loginlink signs login links as Telegram would, and explains why the
// site takes or refuses one. It is for development and is no part of what goes
// live.
//
//	loginlink sign [flags]            print a link that logs somebody in
//	loginlink explain [flags] LINK    say what is right or wrong with a link
//
// Both know the bot's token from -token, else from TELEGRAM_BOT_TOKEN, which stays
// out of the shell history, else they take that of the stand-in, as the demo does.
// No token is ever printed. Explain ends with status 1 when the link is refused.
// The flag -h lists the flags of each.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

func main() {
	p := program{getenv: os.Getenv, now: time.Now, stdout: os.Stdout, stderr: os.Stderr}
	err := p.run(os.Args[1:])
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errRefused):
		os.Exit(1) // The explanation says it all.
	default:
		fmt.Fprintln(os.Stderr, "loginlink:", err)
		os.Exit(2)
	}
}

// program is the command without its process, so that tests can call it.
type program struct {
	getenv         func(string) string
	now            func() time.Time
	stdout, stderr io.Writer
}

var errUsage = errors.New("usage: loginlink sign [flags], or loginlink explain [flags] LINK")

func (p program) run(args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	switch args[0] {
	case "sign":
		return p.sign(args[1:])
	case "explain":
		return p.explain(args[1:])
	}
	return errUsage
}

// flags returns a set that reports errors to the caller. Its usage text shows the
// defaults, so no default may be a token.
func (p program) flags(name string) *flag.FlagSet {
	flags := flag.NewFlagSet("loginlink "+name, flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	return flags
}

// tokens returns the given tokens or, when none was given, those of the
// environment or the stand-in's.
func (p program) tokens(given []string) []string {
	if len(given) > 0 {
		return given
	}
	var tokens []string
	for token := range strings.SplitSeq(p.getenv("TELEGRAM_BOT_TOKEN"), ",") {
		if token = strings.TrimSpace(token); token != "" {
			tokens = append(tokens, token)
		}
	}
	if len(tokens) == 0 {
		return []string{telegramsim.DefaultToken}
	}
	return tokens
}

// repeatable is a flag that may be given more than once. It shows no default.
func repeatable(flags *flag.FlagSet, values *[]string, name, usage string) {
	flags.Func(name, usage, func(value string) error {
		*values = append(*values, value)
		return nil
	})
}
