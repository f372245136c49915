package runbooks_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
)

// newBalancer starts what stands before the copies, and leads one request after the
// other to the next copy. A copy that is away is passed over.
func newBalancer(t *testing.T, ports []string) string {
	t.Helper()
	var turn atomic.Int64
	server := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetXForwarded() },
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			var resp *http.Response
			var err error
			for range ports {
				r.URL.Scheme, r.URL.Host = "http", "127.0.0.1:"+ports[int(turn.Add(1))%len(ports)]
				if resp, err = http.DefaultTransport.RoundTrip(r); err == nil {
					break
				}
			}
			return resp, err
		}),
	})
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return "http://localhost:" + u.Port()
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip is a [http.RoundTripper].
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
