package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// healthcheck asks a running stand-in on this machine whether it is alive. It is a sub-command because the
// container image has no shell and no other program that could ask.
func healthcheck(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("telegram-sim healthcheck", flag.ContinueOnError)
	flags.SetOutput(out)
	listen := flags.String("listen", defaultListen, "`address` that the stand-in listens on")
	err := flags.Parse(args)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(*listen)
	if err != nil {
		return fmt.Errorf("reading -listen: %w", err)
	}
	if !isLoopback(*listen) {
		host = "127.0.0.1" // a server on all interfaces answers there too
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/livez", nil)
	if err != nil {
		return fmt.Errorf("asking for health: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("asking for health: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("asking for health: status %d", response.StatusCode)
	}
	return nil
}
