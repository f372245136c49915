package faults_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// clientHeader says to the balancer who asks: all the load comes from one
// machine, and the site's limits are for each address.
const clientHeader = "X-Load-Client"

// noAnswerHeader marks the answers that are the balancer's own.
const noAnswerHeader = "X-Balancer"

// pollEvery is how often the balancer asks a copy whether it is ready.
const pollEvery = 100 * time.Millisecond

// balancer shares visitors out among the copies that say they are ready. When
// none is, it asks all the same: their own words are better than ours.
//
// A request that was not sent, because nobody took the connection, goes to
// another copy. One that was sent is never sent again by us; as in other
// balancers, the transport repeats a GET whose kept connection turns out to be
// closed. Those are counted.
type balancer struct {
	address  string
	backends []*backend
	turn     atomic.Uint64
	repeated atomic.Int64

	mu     sync.Mutex
	broken map[string]int // Why there was no answer.
}

// backend is one copy, as the balancer sees it.
type backend struct {
	url       *url.URL
	ready     atomic.Bool
	readyAt   atomic.Int64 // When it was asked last and said yes: Unix nanoseconds.
	inFlight  atomic.Int64
	transport *http.Transport
}

func newBalancer(t *testing.T, addresses ...string) *balancer {
	t.Helper()
	b := &balancer{broken: make(map[string]int)}
	for _, address := range addresses {
		b.backends = append(b.backends, &backend{
			url:       &url.URL{Scheme: "http", Host: address},
			transport: &http.Transport{MaxIdleConnsPerHost: 200, MaxConnsPerHost: 200, IdleConnTimeout: 30 * time.Second, ResponseHeaderTimeout: 20 * time.Second},
		})
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.address = listener.Addr().String()
	server := &http.Server{Handler: &httputil.ReverseProxy{
		Rewrite:      b.rewrite,
		Transport:    b,
		ErrorHandler: b.refuse,
	}}
	go func() { _ = server.Serve(listener) }()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	for _, backend := range b.backends {
		go backend.poll(ctx)
	}
	t.Cleanup(func() {
		stop()
		_ = server.Close()
		b.closeIdle()
	})
	return b
}

// closeIdle gives the copies their unused connections back.
func (b *balancer) closeIdle() {
	for _, backend := range b.backends {
		backend.transport.CloseIdleConnections()
	}
}

func (b *balancer) rewrite(r *httputil.ProxyRequest) {
	r.Out.URL.Scheme = "http"
	r.Out.Host = r.In.Host
	r.Out.Header.Set("X-Forwarded-For", r.In.Header.Get(clientHeader))
	r.Out.Header.Del(clientHeader)
}

func (b *balancer) refuse(w http.ResponseWriter, r *http.Request, err error) {
	reason := reasonOf(err)
	if r.Context().Err() != nil {
		reason = "the visitor left"
	}
	b.mu.Lock()
	b.broken[reason]++
	b.mu.Unlock()
	w.Header().Set(noAnswerHeader, "no answer")
	w.WriteHeader(http.StatusBadGateway)
}

// reasonOf is the innermost error, without addresses and times.
func reasonOf(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// whyBroken tells why visitors got no answer.
func (b *balancer) whyBroken() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return fmt.Sprint(b.broken)
}

// RoundTrip sends a request to one of the copies.
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := bodyOf(r)
	if err != nil {
		return nil, err
	}
	connections := 0
	r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connections++ },
	}))
	for _, backend := range b.candidates() {
		r.URL.Host = backend.url.Host
		if body != nil {
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		var response *http.Response
		response, err = backend.send(r)
		if connections > 1 {
			b.repeated.Add(int64(connections - 1))
		}
		if err == nil || connections > 0 || !isDialError(err) {
			return response, err
		}
		backend.ready.Store(false)
	}
	return nil, err
}

func bodyOf(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer r.Body.Close()
	return io.ReadAll(r.Body)
}

func isDialError(err error) bool {
	e, ok := errors.AsType[*net.OpError](err)
	return ok && e.Op == "dial"
}

// candidates are all copies in the order to try them: in turn, those that are ready
// first.
func (b *balancer) candidates() []*backend {
	turn := int(b.turn.Add(1) % uint64(len(b.backends)))
	order := slices.Concat(b.backends[turn:], b.backends[:turn])
	slices.SortStableFunc(order, func(one, other *backend) int {
		return cmp.Compare(other.rank(), one.rank())
	})
	return order
}

func (b *backend) rank() int {
	if b.ready.Load() {
		return 1
	}
	return 0
}

// send counts a request as in flight until its answer has been read.
func (b *backend) send(r *http.Request) (*http.Response, error) {
	b.inFlight.Add(1)
	response, err := b.transport.RoundTrip(r)
	if err != nil {
		b.inFlight.Add(-1)
		return nil, err
	}
	response.Body = &countedBody{ReadCloser: response.Body, backend: b}
	return response, nil
}

type countedBody struct {
	io.ReadCloser
	backend *backend
	closed  atomic.Bool
}

// Close closes the body, and counts its request as answered.
func (c *countedBody) Close() error {
	if c.closed.CompareAndSwap(false, true) {
		c.backend.inFlight.Add(-1)
	}
	return c.ReadCloser.Close()
}

// poll asks the copy whether it is ready, for as long as the balancer runs.
func (b *backend) poll(ctx context.Context) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		asked := time.Now()
		ready := b.saysReady(ctx, client)
		if ready {
			b.readyAt.Store(asked.UnixNano())
		}
		if b.ready.Store(ready); !ready {
			b.transport.CloseIdleConnections()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (b *backend) saysReady(ctx context.Context, client *http.Client) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url.JoinPath("/readyz").String(), http.NoBody)
	if err != nil {
		return false
	}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}
