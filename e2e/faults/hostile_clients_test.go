package faults_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// maxBusyMemory is what a copy may take whatever strangers do.
const maxBusyMemory = 300 << 20

// F22: strangers hold connections open, send slowly, too much or endlessly, straight
// to the copies, while others use the site.
func TestHostileClients_getNothingAndCostOthersNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := rates{looks: sized(30.0, 200.0)}
	l := w.startLoad(t, r)
	slow, idle := sized(200, 2000), sized(200, 4000)
	var strangers sync.WaitGroup
	for i := range slow {
		strangers.Go(func() { sendHeaderForEver(t, w.copies[i%2].address) })
	}
	for i := range idle {
		keepAlive(t, w.copies[i%2].address)
	}
	for n := range sized(3, 30) {
		address := w.copies[n%2].address
		mustRefuse(t, address, "POST /login/confirm HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
			"Content-Length: 67108864\r\n\r\n", strings.Repeat("a", 64<<20), "400", "403", "413")
		mustRefuse(t, address, "GET / HTTP/1.1\r\nHost: x\r\nX-Long: ", strings.Repeat("a", 1<<20)+"\r\n\r\n", "431")
		mustRefuse(t, address, "GET /account HTTP/1.1\r\nHost: x\r\nCookie: ", strings.Repeat("session=a; ", 5000)+"\r\n\r\n", "431")
		mustRefuse(t, address, "GET /account HTTP/1.1\r\nHost: x\r\nCookie: ", strings.Repeat("session=a; ", 1000)+"\r\n\r\n", "303")
	}
	strangers.Wait()
	l.end()
	f := figuresOf(w.history.between(l.begin, time.Now()))
	mustBeOnly(t, f, done) // None.
	for _, c := range w.copies {
		m := c.metrics(t)
		memory := m.sum("process_resident_memory_bytes")
		t.Logf("%s: %.1f MB resident, %g open files", c.name, memory/(1<<20), m.sum("process_open_fds"))
		if memory > maxBusyMemory {
			t.Errorf("%s takes %.1f MB", c.name, memory/(1<<20))
		}
	}
	w.mustHold(t)
	report(t, fmt.Sprintf("F22 %d slow and %d idle connections", slow, idle), r, f, "-")
}

// sendHeaderForEver sends one byte after the other, and returns when the site has
// had enough of it.
func sendHeaderForEver(t *testing.T, address string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	for begin := time.Now(); time.Since(begin) < patience; {
		<-time.After(500 * time.Millisecond) // As slowly as that.
		_ = conn.SetReadDeadline(time.Now().Add(time.Millisecond))
		_, err := conn.Read(make([]byte, 1))
		if timeout, ok := err.(net.Error); err == nil || !ok || !timeout.Timeout() { //nolint:errorlint // As net returns it.
			return // An answer or the end: both will do.
		}
		if _, err := conn.Write([]byte("a")); err != nil {
			return
		}
	}
	t.Error("a header that never ends is read for ever")
}

// keepAlive asks once and keeps the connection until the test ends.
func keepAlive(t *testing.T, address string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if status := answerTo(conn, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", ""); status != "200" {
		t.Fatalf("/livez answers %q", status)
	}
}

// mustRefuse sends a request that is too much, as much of it as the site takes.
func mustRefuse(t *testing.T, address, head, tail string, allowed ...string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	if status := answerTo(conn, head, tail); !slices.Contains(allowed, status) {
		t.Errorf("%.40q… with %d bytes more gives %q, want one of %q", head, len(tail), status, allowed)
	}
}

// answerTo returns the status, or what went wrong.
func answerTo(conn net.Conn, head, tail string) string {
	_ = conn.SetDeadline(time.Now().Add(patience))
	go func() { _, _ = io.WriteString(conn, head+tail) }() // The answer may come before the end.
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err.Error()
	}
	_, rest, _ := strings.Cut(line, " ")
	status, _, _ := strings.Cut(rest, " ")
	return status
}
