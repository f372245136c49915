package app_test

import (
	"bufio"
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
	ask := func(conn net.Conn) { _, _ = io.WriteString(conn, request("Accept: */*")) }
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

// T19: cookies come with every request, and a stranger may send any. What is read of
// them has an end.
func TestRun_takesNoHeaderThatIsTooLong(t *testing.T) {
	t.Parallel()
	cfg := config(t, pgtest.URL(t))
	start(t, cfg)
	// The limit, and what net/http allows on top of it. Not a byte more is sent:
	// closing with some unread could cost us the answer.
	const most = 16<<10 + 4096
	for name, test := range map[string]struct {
		request string
		want    int
	}{
		"many cookies":          {request("Cookie: " + strings.Repeat("session=x; ", 1000)), http.StatusOK},
		"too many cookies":      {request("Cookie: " + strings.Repeat("session=x; ", 4000))[:most], http.StatusRequestHeaderFieldsTooLarge},
		"a cookie that is long": {request("Cookie: session=" + strings.Repeat("x", 40<<10))[:most], http.StatusRequestHeaderFieldsTooLarge},
	} {
		conn := dial(t, cfg)
		if _, err := io.WriteString(conn, test.request); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != test.want {
			t.Errorf("%s: %s", name, response.Status)
		}
	}
}

func request(header string) string { return "GET /livez HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n" }
