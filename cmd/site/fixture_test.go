package main

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"sync"
	"testing"
	"time"
)

// Secrets that no text may show.
const (
	testToken      = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
	testSessionKey = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
	testPassword   = "the-password"
)

// settingsThatWork is an environment with every required setting, and the given
// ones in addition or instead.
func settingsThatWork(changes map[string]string) []string {
	values := map[string]string{
		"PUBLIC_URL":         "https://login.example.com",
		"DATABASE_URL":       "postgres://site:" + testPassword + "@db.example.com/site",
		"TELEGRAM_BOT_TOKEN": testToken,
		"SESSION_KEYS":       testSessionKey,
	}
	maps.Copy(values, changes)
	var environ []string
	for name, value := range values {
		environ = append(environ, name+"="+value)
	}
	return environ
}

// read reads the settings of an environment.
func read(changes map[string]string) (settings, error) {
	return readSettings(newEnvironment(settingsThatWork(changes)), time.Now())
}

// listen takes a free port of this machine until the test ends.
func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // A test may have closed it.
	return l
}

// freeAddress is an address of this machine where nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l := listen(t)
	defer l.Close()
	return l.Addr().String()
}

// runToEnd runs a command that ends by itself.
func runToEnd(t *testing.T, environ []string, args ...string) error {
	t.Helper()
	return run(t.Context(), nil, args, environ, io.Discard, new(bytes.Buffer))
}

// lineWatcher is where a log goes. It closes seen when a text comes for the first
// time.
type lineWatcher struct {
	text string
	seen chan struct{}

	mu   sync.Mutex
	once sync.Once
	all  bytes.Buffer
}

func newLineWatcher(text string) *lineWatcher {
	return &lineWatcher{text: text, seen: make(chan struct{})}
}

func (w *lineWatcher) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if bytes.Contains(line, []byte(w.text)) {
		w.once.Do(func() { close(w.seen) })
	}
	return w.all.Write(line)
}

func (w *lineWatcher) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.String()
}

// start runs "site" until the test stops it, and returns when it serves.
func start(t *testing.T, environ []string) (log *lineWatcher, stop func() error) {
	t.Helper()
	log = newLineWatcher(`"msg":"serving"`)
	environ = append([]string{"ADMIN_ADDR=", "DRAIN_DELAY=0s"}, environ...) // Many at a time, and nobody balances.
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	stopped := make(chan error, 1)
	go func() { stopped <- run(ctx, nil, nil, environ, io.Discard, log) }()
	select {
	case <-log.seen:
	case err := <-stopped:
		t.Fatalf("the site ended too early: %v\n%s", err, log)
	}
	return log, func() error {
		cancel()
		return <-stopped
	}
}
