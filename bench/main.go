// Command bench measures the built site on a real PostgreSQL, beside the least that
// could do the same work on the same machine, and writes the ratios. README.md
// says how to run it and what each figure means.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// items are what can be measured, in the order of the report.
var items = []struct {
	name    string
	measure func(*bench, context.Context) (result, error)
}{
	{"login", (*bench).firstLogin},
	{"login-again", (*bench).loginAgain},
	{"signed-in", (*bench).signedIn},
	{"strangers", (*bench).strangers},
	{"webhook", (*bench).webhook},
	{"growth", (*bench).growth},
	{"start", (*bench).start},
	{"copies", (*bench).copies},
	{"verify", (*bench).verify},
}

func itemNames() []string {
	var names []string
	for _, item := range items {
		names = append(names, item.name)
	}
	return names
}

// options is what the command line says.
type options struct {
	what        string
	rounds      int
	seconds     time.Duration
	warmUp      time.Duration
	connections int
	accounts    string
	peers       bool
	dir         string
	profiles    string
	out         string
}

func readOptions() options {
	var o options
	flag.StringVar(&o.what, "what", "all", "`items` to measure, separated by commas: "+strings.Join(itemNames(), ", "))
	flag.IntVar(&o.rounds, "rounds", 5, "how often each side is measured")
	flag.DurationVar(&o.seconds, "time", 5*time.Second, "how long each side is measured in a round")
	flag.DurationVar(&o.warmUp, "warm-up", time.Second, "how long each side is asked before that")
	flag.IntVar(&o.connections, "connections", 16, "connections of the generator and of pgbench")
	flag.StringVar(&o.accounts, "accounts", "10000,100000,1000000", "`numbers` of accounts for the item growth")
	flag.BoolVar(&o.peers, "peers", true, "measure the peers that are installed, with the item login")
	flag.StringVar(&o.dir, "dir", "", "`folder` for the database, on a real disk; empty for a new one in the folder for temporary files")
	flag.StringVar(&o.profiles, "profiles", "", "`folder` for processor profiles of the site while it is measured")
	flag.StringVar(&o.out, "out", "", "`file` for the report; empty for standard output")
	flag.Parse()
	return o
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, readOptions())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	names := itemNames()
	if o.what != "all" {
		names = strings.Split(o.what, ",")
	}
	for _, name := range names {
		if !slices.Contains(itemNames(), name) {
			return fmt.Errorf("no item %q; there are: %s", name, strings.Join(itemNames(), ", "))
		}
	}
	b, err := prepare(ctx, o)
	if err != nil {
		return err
	}
	defer b.close()
	machine, err := b.machine(ctx)
	if err != nil {
		return err
	}
	var results []result
	for _, item := range items {
		if !slices.Contains(names, item.name) {
			continue
		}
		b.say("%s", item.name)
		r, err := item.measure(b, ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", item.name, err)
		}
		results = append(results, r)
	}
	report := writeReport(o, machine, results)
	if o.out == "" {
		_, err = os.Stdout.WriteString(report)
		return err
	}
	old, _ := os.ReadFile(o.out) // There may be none.
	report += writtenByHand(string(old))
	return os.WriteFile(o.out, []byte(report), 0o644) //nolint:gosec // For everybody to read.
}
