package app_test

import (
	"bufio"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"example.com/telegram-login/internal/devpg/pgtest"
)

var pendingField = regexp.MustCompile(`name="pending" value="([^"]+)"`)

// The login is halfway through its request when the site is told to stop. Only
// after that it needs the database, which must still be there.
func TestRun_stopFinishesALoginInProgress(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	cfg := config(t, databaseURL)
	stopping := newLineWatcher("msg=stopping")
	cfg.Log = slog.New(slog.NewTextHandler(stopping, nil))
	site := start(t, cfg)

	question := get(t, browser(t), site.url+loginPath(), http.Header{"Sec-Fetch-Site": {"cross-site"}})
	pending := pendingField.FindStringSubmatch(question.page)
	if pending == nil || len(question.cookies) != 1 {
		t.Fatalf("no page to confirm the login: %d\n%s", question.status, question.page)
	}
	body := url.Values{"pending": {pending[1]}}.Encode()
	visitor := sendHeaders(t, cfg.Listener.Addr(), question.cookies[0], len(body))

	stopped := make(chan error, 1)
	go func() { stopped <- site.stop() }()
	<-stopping.seen
	fmt.Fprint(visitor, body)
	response, err := http.ReadResponse(visitor.Reader, nil)
	if err != nil {
		t.Fatalf("the login was cut off: %v", err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusSeeOther || sessionCookie(response.Cookies()) == nil {
		t.Errorf("the login in progress got %s, want 303 and a session", response.Status)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Run = %v", err)
	}
	if n := count(t, databaseURL, "sessions"); n != 1 {
		t.Errorf("%d sessions stand in the database, want one", n)
	}
}

// connection is one side of a connection to the site.
type connection struct {
	net.Conn
	*bufio.Reader
}

func (c connection) Read(p []byte) (int, error) { return c.Reader.Read(p) }

// sendHeaders begins the POST of the confirm page and returns when the site waits
// for the rest of it: that is what "100 Continue" says.
func sendHeaders(t *testing.T, site net.Addr, cookie *http.Cookie, length int) connection {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", site.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	c := connection{conn, bufio.NewReader(conn)}
	fmt.Fprintf(c, "POST /login/confirm HTTP/1.1\r\nHost: %s\r\nCookie: %s=%s\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		site, cookie.Name, cookie.Value, length)
	for _, want := range []string{"HTTP/1.1 100 Continue\r\n", "\r\n"} {
		line, err := c.ReadString('\n')
		if err != nil || line != want {
			t.Fatalf("the site answers %q, %v; want %q", line, err, want)
		}
	}
	return c
}

// lineWatcher is where a log goes. It closes seen when a text comes for the first
// time.
type lineWatcher struct {
	text string
	once sync.Once
	seen chan struct{}
}

func newLineWatcher(text string) *lineWatcher {
	return &lineWatcher{text: text, seen: make(chan struct{})}
}

func (w *lineWatcher) Write(line []byte) (int, error) {
	if strings.Contains(string(line), w.text) {
		w.once.Do(func() { close(w.seen) })
	}
	return len(line), nil
}
