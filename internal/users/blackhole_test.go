package users_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/users"
)

// proxy stands between the site and the database. While it is a black hole it
// swallows what is said and never answers, as a network does that has lost a
// machine; connections can still be made.
type proxy struct {
	address string
	hole    atomic.Bool
	target  string
}

func startProxy(t *testing.T, target string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{address: listener.Addr().String(), target: target}
	var connections sync.WaitGroup
	t.Cleanup(func() {
		listener.Close()
		connections.Wait()
	})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Go(func() { p.carry(conn) })
		}
	}()
	return p
}

func (p *proxy) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	var both sync.WaitGroup
	both.Go(func() { p.copy(server, client); server.Close() })
	both.Go(func() { p.copy(client, server); client.Close() })
	both.Wait()
}

func (p *proxy) copy(to io.Writer, from io.Reader) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if p.hole.Load() {
			continue
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// requestTime is what the site gives a request.
const requestTime = 3 * time.Second

// F04: the database says nothing any more. Everybody is answered in time, and
// soon after it speaks again all is well.
func TestStore_databaseThatSaysNothingIsAnOutageOfBoundedTime(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	p := startProxy(t, u.Host)
	u.Host = p.address
	store, _ := openAsSite(t, u.String()+"&pool_max_conns=4")
	visitor := link(42, "visitor")
	signIn(t, store, visitor)

	var wg sync.WaitGroup
	visit := func() (time.Duration, error) {
		ctx, cancel := context.WithTimeout(t.Context(), requestTime)
		defer cancel()
		began := time.Now()
		_, err := find(ctx, store, visitor)
		return time.Since(began), err
	}
	for range 4 { // All connections are open before it begins.
		wg.Go(func() { _, _ = visit() })
	}
	wg.Wait()
	p.hole.Store(true)
	for range 2 { // Twice, so that what is left of the first connections is in the hole as well.
		for range 40 {
			wg.Go(func() {
				took, err := visit()
				if !errors.Is(err, users.ErrUnavailable) {
					t.Errorf("FindSession = %v, want ErrUnavailable", err)
				}
				if took > requestTime+5*time.Second {
					t.Errorf("an answer after %v, want one within %v", took, requestTime)
				}
			})
		}
		wg.Wait()
	}
	p.hole.Store(false)
	began := time.Now()
	for {
		if _, err = visit(); err == nil {
			break
		}
		if time.Since(began) > time.Minute {
			t.Fatalf("a minute after the database speaks again: %v", err)
		}
	}
	t.Logf("recovered after %v", time.Since(began))
}
