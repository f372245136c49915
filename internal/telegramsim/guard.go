package telegramsim

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxBody is far more than any call here needs.
const maxBody = 1 << 20

// guard stands before everything. It marks each answer as not Telegram's, refuses host names that are not
// ours (a web page could otherwise reach a laptop's stand-in through DNS rebinding), and removes the
// cookies: browsers share them between the ports of one host, so the website's session would arrive here.
func (s *Sim) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		if !s.answersTo(r.Host) {
			http.Error(w, "The stand-in does not answer to this host name. Allow it with -host.", http.StatusForbidden)
			return
		}
		r.Header.Del("Cookie")
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)

		start := s.now()
		next.ServeHTTP(w, r)
		// The pattern, never the address: the address of a Bot API call holds the token.
		s.log.DebugContext(r.Context(), "request",
			"method", r.Method, "route", r.Pattern, "took", s.now().Sub(start).Round(time.Millisecond))
	})
}

// setHeaders sets what all answers have in common. The policy has no form-action: Chromium would apply it
// to the redirect after a form and stop the way to the website. The referrer policy lets no address out
// and, unlike no-referrer, keeps the Origin header on our own forms, which cross-origin protection reads.
func setHeaders(h http.Header) {
	h.Set("X-Stand-In", "not Telegram")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "+
		"connect-src 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
}

// answersTo reports whether a Host header names a loopback address, the public address or an allowed host.
func (s *Sim) answersTo(hostport string) bool {
	host := bareHost(hostport)
	return isLoopback(host) || slices.ContainsFunc(s.hosts, func(h string) bool { return strings.EqualFold(h, host) })
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// bareHost is the host of a Host header: no port, no brackets.
func bareHost(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.Trim(host, "[]")
}

// hostOf is the host name in an address that Config.check has accepted.
func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// live answers health checks.
func (s *Sim) live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("alive\n"))
}
