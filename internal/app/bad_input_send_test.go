package app_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// patience is how long a case may take: far longer than any time-out of the
// site's. Whoever is not answered by then hangs.
const patience = 30 * time.Second

// reply is one answer, read to the end.
type reply struct {
	*http.Response
	body string
}

// sendBad sends a case on a connection of its own and returns all answers that
// come, to the end of the connection.
func (b *besieged) sendBad(t *testing.T, c badCase, request string) ([]reply, error) {
	t.Helper()
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(t.Context(), "tcp", strings.TrimPrefix(b.url, "http://"))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(conn, request) // The site may have answered and closed before it has read all.
		if c.HangsUp {
			hangUp(conn)
		}
	}()
	defer func() { <-sent }()
	answers, err := readAnswers(conn, c, request)
	_ = conn.Close() // Ends the writing, if that is not over.
	return answers, err
}

// hangUp says that nothing more comes; what the site says can still be read.
func hangUp(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
}

// readAnswers reads as many answers as the verdict says, and then what else there
// is: a request that was smuggled in would be answered too.
func readAnswers(conn net.Conn, c badCase, request string) ([]reply, error) {
	var answers []reply
	method, _, _ := strings.Cut(request, " ")
	reader := bufio.NewReader(conn)
	for {
		if len(answers) == len(c.Status) && len(answers) > 0 {
			hangUp(conn)
		}
		if _, err := reader.Peek(1); err != nil {
			if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
				return answers, fmt.Errorf("hangs after %d answers: %w", len(answers), err)
			}
			return answers, nil
		}
		response, err := http.ReadResponse(reader, &http.Request{Method: method})
		if err != nil {
			return answers, fmt.Errorf("not an answer: %w", err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close() // The connection stays as it is.
		if err != nil {
			return answers, fmt.Errorf("half an answer: %w", err)
		}
		answers = append(answers, reply{response, string(body)})
		method = http.MethodGet // Those behind the first one are.
	}
}
