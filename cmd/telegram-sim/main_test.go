package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// freeAddress is a loopback address on which nobody listens at the moment.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// notice passes the log on and closes ready at its first line.
type notice struct {
	lines strings.Builder
	ready chan struct{}
}

func (n *notice) Write(line []byte) (int, error) {
	if n.lines.Len() == 0 {
		defer close(n.ready)
	}
	return n.lines.Write(line)
}

func TestRun_servesSaysWhatItIsAndStopsDuringALongPoll(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log := &notice{ready: make(chan struct{})}
	stopped := make(chan error, 1)
	go func() {
		stopped <- run(ctx, []string{"-listen", address, "-bot-token", "42:secret", "-host", "telegram"}, log)
	}()
	select {
	case <-log.ready:
	case err := <-stopped:
		t.Fatalf("run: %v", err)
	}

	err := run(t.Context(), []string{"healthcheck", "-listen", address}, io.Discard)
	if err != nil {
		t.Errorf("healthcheck: %v", err)
	}
	polled := make(chan struct{})
	go func() {
		defer close(polled)
		address := "http://" + address + "/bot42:secret/getUpdates?timeout=50"
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Error(err)
			return
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil { // an error means that the stop came first
			_ = response.Body.Close()
		}
	}()
	stop()
	if err = <-stopped; err != nil {
		t.Errorf("stopping: %v", err)
	}
	<-polled
	if text := log.lines.String(); !strings.Contains(text, "NOT TELEGRAM") || strings.Contains(text, "secret") {
		t.Errorf("the log says %s", text)
	}
	err = run(t.Context(), []string{"healthcheck", "-listen", address}, io.Discard)
	if err == nil {
		t.Error("a stopped stand-in is reported healthy")
	}
}

func TestRun_endsTheDeliveriesToAWebhook(t *testing.T) {
	t.Parallel()
	arrived, gone := make(chan struct{}), make(chan struct{})
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then is it seen that the client has gone
		close(arrived)
		<-r.Context().Done()
		close(gone)
	}))
	defer hook.Close()
	address := freeAddress(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log := &notice{ready: make(chan struct{})}
	stopped := make(chan error, 1)
	go func() { stopped <- run(ctx, []string{"-listen", address, "-bot-token", "42:secret"}, log) }()
	select {
	case <-log.ready:
	case err := <-stopped:
		t.Fatalf("run: %v", err)
	}
	for path, body := range map[string]string{
		"/bot42:secret/setWebhook":     `{"url":"` + hook.URL + `"}`,
		"/client/messages.sendMessage": `{"as":700100001,"peer":"standin_login_bot","message":"hello"}`,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	<-arrived
	stop()
	if err := <-stopped; err != nil {
		t.Errorf("stopping: %v", err)
	}
	select {
	case <-gone:
	case <-time.After(5 * time.Second): // half of what a webhook has to answer
		t.Error("the delivery goes on")
	}
}

func TestRun_refusesWhatOthersCouldReach(t *testing.T) {
	t.Parallel()
	for _, address := range []string{":8081", "0.0.0.0:8081", "[::]:8081", "192.0.2.1:8081", "example.com:8081", "8081"} {
		_, err := parseOptions([]string{"-listen", address}, io.Discard)
		if err == nil || !strings.Contains(err.Error(), "-allow-remote") {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, args := range [][]string{
		{}, {"-listen", "localhost:1"}, {"-listen", "[::1]:1"}, {"-listen", ":8081", "-allow-remote"},
	} {
		_, err := parseOptions(args, io.Discard)
		if err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestRun_explainsBadFlags(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-bot-username", "x"}, {"-public-url", "x"}, {"serve"}, {"-nonsense"}, {"healthcheck", "-listen", "x"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		err := run(ctx, args, io.Discard)
		cancel()
		if err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}
