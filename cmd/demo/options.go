package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"example.com/telegram-login/internal/devpg"
)

// errUsage means that the flags were wrong, and that this was said.
var errUsage = errors.New("wrong usage")

type options struct {
	sitePort     int
	telegramPort int
	dir          string
	reset        bool
	databaseURL  string
	verbose      bool
}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	usualDir, dirErr := devpg.DefaultDir()
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.sitePort, "site-port", 0, "`port` of the site (0 = 8080, or a free one)")
	flags.IntVar(&o.telegramPort, "telegram-port", 0, "`port` of the stand-in Telegram (0 = 8081, or a free one)")
	flags.StringVar(&o.dir, "data", usualDir, "`folder` of the private PostgreSQL, and of the key of the cookies")
	flags.BoolVar(&o.reset, "reset", false, "forget all accounts of earlier runs")
	flags.StringVar(&o.databaseURL, "database", "", "`postgres://…` of a server of your own, in place of the private one")
	flags.BoolVar(&o.verbose, "v", false, "print each request")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return o, err
	} else if err != nil {
		return o, errUsage
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case !isPort(o.sitePort) || !isPort(o.telegramPort):
		return o, errors.New("a port is a number up to 65535")
	case o.reset && o.databaseURL != "":
		return o, errors.New("-reset is for the private PostgreSQL, and leaves your own alone")
	case o.dir == "" && dirErr != nil:
		return o, fmt.Errorf("%w: choose one with -data", dirErr)
	}
	return o, nil
}

func isPort(n int) bool { return n >= 0 && n <= 65535 }
