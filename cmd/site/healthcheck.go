package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthcheck asks the site on this machine whether it is ready. The container
// image has no shell and no curl: the program checks itself.
func healthcheck(ctx context.Context, args []string, env *environment) error {
	if err := noArguments("healthcheck", args); err != nil {
		return err
	}
	r := &reader{env: env}
	host, port, err := net.SplitHostPort(readListenAddr(r))
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	// The name matters: it is the one for which net/http asks no HTTP_PROXY.
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", http.NoBody)
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("healthcheck: %s", resp.Status)
	}
	return nil
}
