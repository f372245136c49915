package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/devpg/pgtest"
)

// screen is what the demo prints. It closes ready when the addresses stand there.
type screen struct {
	mu    sync.Mutex
	text  bytes.Buffer
	once  sync.Once
	ready chan struct{}
}

func (s *screen) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if bytes.Contains(text, []byte("Ctrl-C")) {
		s.once.Do(func() { close(s.ready) })
	}
	return s.text.Write(text)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

var printedAddress = regexp.MustCompile(`http://localhost:\d+\S*`)

// A newcomer's first minute, and the second: what was there stays there.
func TestRun_givesTheWholeThingAndKeepsItForTheNextTime(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	var keys [2][]byte
	for i := range keys {
		startAndVisit(t, dir)
		key, err := os.ReadFile(filepath.Join(dir, "session.key"))
		if err != nil {
			t.Fatal(err)
		}
		keys[i] = key
	}
	if !bytes.Equal(keys[0], keys[1]) {
		t.Error("the second run has another session key: who was signed in no longer is")
	}
}

// startAndVisit runs the demo, opens both of the printed addresses and stops it.
func startAndVisit(t *testing.T, dir string, more ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stdout, stderr := &screen{ready: make(chan struct{})}, &screen{}
	stopped := make(chan error, 1)
	go func() { stopped <- run(ctx, append([]string{"-data", dir}, more...), stdout, stderr) }()
	select {
	case <-stdout.ready:
	case err := <-stopped:
		t.Fatalf("the demo ended too early: %v\n%s", err, stderr)
	}
	addresses := printedAddress.FindAllString(stdout.String(), -1)
	if len(addresses) != 2 {
		t.Fatalf("%d addresses are printed, want those of the chat and the site:\n%s", len(addresses), stdout)
	}
	for _, address := range addresses {
		if page := visit(t, address); !strings.Contains(page, "<h1") {
			t.Errorf("%s is no page:\n%s", address, page)
		}
	}
	cancel()
	if err := <-stopped; err != nil {
		t.Errorf("run = %v", err)
	}
	if !strings.Contains(stdout.String(), "Stopped.") {
		t.Errorf("the end is not printed:\n%s", stdout)
	}
}

func visit(t *testing.T, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		t.Errorf("%s answers %s", address, response.Status)
	}
	return string(page)
}

func TestListen_takesAnotherPortWhenTheUsualOneIsTaken(t *testing.T) {
	t.Parallel()
	taken, port := listenOnAnyPort(t)
	var said strings.Builder
	got, err := listen(t.Context(), 0, port, &said)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if got.Addr().String() == taken.Addr().String() {
		t.Errorf("both listen on %s", got.Addr())
	}
	if !strings.Contains(said.String(), strconv.Itoa(port)) {
		t.Errorf("it says %q and does not name the port", said.String())
	}
	if ip := got.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
		t.Errorf("listens on %s, which other machines may reach", ip)
	}
}

// Whoever names a port wants that one.
func TestListen_refusesAGivenPortThatIsTaken(t *testing.T) {
	t.Parallel()
	_, port := listenOnAnyPort(t)
	if l, err := listen(t.Context(), port, 0, io.Discard); err == nil || !strings.Contains(err.Error(), strconv.Itoa(port)) {
		t.Errorf("listen = %v, %v; want an error that names port %d", l, err, port)
	}
}

func listenOnAnyPort(t *testing.T) (net.Listener, int) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l, l.Addr().(*net.TCPAddr).Port
}

func TestSessionKeys_replacesAKeyThatIsTooShort(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "session.key"), []byte("cut off"), 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := sessionKeys(dir)
	if err != nil || len(keys) != 1 || len(keys[0]) < app.MinSessionKeyBytes {
		t.Errorf("sessionKeys = %d keys, %v", len(keys), err)
	}
}

func TestRun_explainsWrongUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"now"},
		{"-site-port", "http"},
		{"-unknown"},
		{"-site-port", "99999"},
		{"-telegram-port", "-1"},
		{"-reset", "-database", "postgres://localhost/mine"},
	} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("run %q = nil, want an error", args)
		}
	}
}

// Ctrl-C is an answer and no failure, also while the first cluster is made.
func TestRun_stoppedAtItsBeginningIsNoFailure(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stdout := &screen{ready: make(chan struct{})}
	if err := run(ctx, []string{"-data", filepath.Join(t.TempDir(), "demo")}, stdout, io.Discard); err != nil {
		t.Errorf("run = %v", err)
	}
	if !strings.Contains(stdout.String(), "Stopped.") {
		t.Errorf("it says %q", stdout)
	}
}

func TestRun_takesADatabaseOfOnesOwn(t *testing.T) {
	t.Parallel()
	startAndVisit(t, filepath.Join(t.TempDir(), "demo"), "-database", pgtest.Empty(t))
}
