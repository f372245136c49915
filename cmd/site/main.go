// Command site is the website that people enter from Telegram. "site help" lists
// its commands; settings come from the environment, and .env.example explains
// each.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

const usage = `site [serve]          serve visitors (the default)
site migrate          bring the database to the newest schema
site migrate force N  note that the schema is at version N, after a failure
site healthcheck      ask the site on this machine whether it is ready
site doctor [-json]   say why login does not work, and what to do about it

Settings come from the environment; .env.example explains each.
`

func main() {
	ctx, hurry := stopSignals(context.Background())
	err := run(ctx, hurry, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
}

// run is the program without its process, so that tests can call it. Once hurry is
// closed, a stop takes little time.
func run(ctx context.Context, hurry <-chan struct{}, args, environ []string, stdout, stderr io.Writer) error {
	command := "serve"
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	env := newEnvironment(environ)
	switch command {
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stderr, usage)
		return nil
	case "serve":
		return serve(ctx, hurry, args, env, stderr)
	case "migrate":
		return migrate(ctx, args, env)
	case "healthcheck":
		return healthcheck(ctx, args, env)
	case "doctor":
		return doctor(ctx, args, env, stdout, stderr)
	}
	return fmt.Errorf("unknown command %q; there are: serve, migrate, healthcheck, doctor", command)
}

var errNoArguments = errors.New("takes no arguments; settings come from the environment")

func noArguments(command string, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s %s: %w", command, strings.Join(args, " "), errNoArguments)
	}
	return nil
}
