package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// Answer is what is looked at of an answer.
type Answer struct {
	Status int
	Cookie bool // It sets one.
	Bytes  int  // Of its body.
}

// conn is one keep-alive connection. It is not safe for concurrent use.
type conn struct {
	address string
	net     net.Conn
	in      *bufio.Reader
}

// answerTimeout is longer than anything that is measured takes.
const answerTimeout = 30 * time.Second

var errBadAnswer = errors.New("not an answer in HTTP/1.1")

// ask sends a request and reads the answer whole. After an error, or when the
// server closes, the next request opens another connection.
func (c *conn) ask(ctx context.Context, request []byte) (Answer, error) {
	if c.net == nil {
		opened, err := (&net.Dialer{}).DialContext(ctx, "tcp", c.address)
		if err != nil {
			return Answer{}, fmt.Errorf("connect: %w", err)
		}
		c.net, c.in = opened, bufio.NewReaderSize(opened, 16<<10)
	}
	if err := c.net.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
		return Answer{}, fmt.Errorf("set deadline: %w", err)
	}
	if _, err := c.net.Write(request); err != nil {
		c.close()
		return Answer{}, fmt.Errorf("send: %w", err)
	}
	a, more, err := c.read(bytes.HasPrefix(request, []byte("HEAD ")))
	if err != nil || !more {
		c.close()
	}
	return a, err
}

func (c *conn) close() {
	if c.net != nil {
		_ = c.net.Close()
		c.net = nil
	}
}

// head is what the lines before the body say.
type head struct {
	answer  Answer
	length  int // Minus one when it is not said.
	chunked bool
	closes  bool
}

// read also reports whether the connection can be used again.
func (c *conn) read(noBody bool) (Answer, bool, error) {
	h, err := c.readHead()
	if err != nil {
		return Answer{}, false, err
	}
	switch {
	case noBody || h.answer.Status == 204 || h.answer.Status == 304:
	case h.chunked:
		err = c.skipChunks(&h.answer)
	case h.length >= 0:
		h.answer.Bytes, err = c.in.Discard(h.length)
	default:
		err = fmt.Errorf("%w: no length", errBadAnswer)
	}
	return h.answer, !h.closes, err
}

func (c *conn) readHead() (head, error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return head{}, fmt.Errorf("receive: %w", err)
	}
	h := head{length: -1}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) || len(line) < 12 {
		return head{}, errBadAnswer
	}
	if h.answer.Status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return head{}, errBadAnswer
	}
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return head{}, fmt.Errorf("receive: %w", err)
		}
		if len(line) <= 2 {
			return h, nil
		}
		name, value, _ := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(": "))
		switch string(name) {
		case "Content-Length":
			if h.length, err = strconv.Atoi(string(value)); err != nil {
				return head{}, errBadAnswer
			}
		case "Transfer-Encoding":
			h.chunked = string(value) == "chunked"
		case "Connection":
			h.closes = string(value) == "close"
		case "Set-Cookie":
			h.answer.Cookie = true
		}
	}
}

func (c *conn) skipChunks(a *Answer) error {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return fmt.Errorf("receive: %w", err)
		}
		size, err := strconv.ParseInt(string(bytes.TrimRight(line, "\r\n")), 16, 32)
		if err != nil {
			return errBadAnswer
		}
		if _, err := c.in.Discard(int(size) + len("\r\n")); err != nil {
			return fmt.Errorf("receive: %w", err)
		}
		a.Bytes += int(size)
		if size == 0 {
			return nil
		}
	}
}
