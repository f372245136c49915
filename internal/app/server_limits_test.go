package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/devpg/pgtest"
)

func dial(t *testing.T, cfg app.Config) net.Conn {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", cfg.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// Who comes too much waits, and takes no memory meanwhile (T19).
func TestRun_servesNoMoreConnectionsAtOnceThanItMay(t *testing.T) {
	t.Parallel()
	cfg := config(t, pgtest.URL(t))
	cfg.MaxConnections = 2
	start(t, cfg)
	ask := func(conn net.Conn) { fmt.Fprint(conn, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n") }
	answered := func(conn net.Conn) {
		t.Helper()
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	first, second, third := dial(t, cfg), dial(t, cfg), dial(t, cfg)
	for _, conn := range []net.Conn{first, second} {
		ask(conn)
		answered(conn)
	}
	ask(third)
	_ = third.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if n, err := third.Read(make([]byte, 1)); err == nil {
		t.Errorf("the third one was answered (%d)", n)
	}
	_ = third.SetReadDeadline(time.Now().Add(time.Minute))
	_ = first.Close()
	answered(third)
}

// T19: nothing that a stranger sends makes us keep much of it.
func TestRun_boundsHeaders(t *testing.T) {
	t.Parallel()
	cfg := config(t, pgtest.URL(t))
	start(t, cfg)
	conn := dial(t, cfg)
	go func() { // The site hangs up in the midst of it.
		_, _ = io.WriteString(conn, "GET /livez HTTP/1.1\r\nHost: x\r\nCookie: "+strings.Repeat("a=b; ", 20_000)+"\r\n\r\n")
	}()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%s", response.Status)
	}
}
