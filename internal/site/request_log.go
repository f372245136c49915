package site

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// logRequest writes the one line that a request leaves. It names the route's
// pattern and never the address: the query of a login link is a key to an
// account (R12, T17). Handlers add fields with logField, and log nothing of
// their own but security events.
func (s *Site) logRequest(c *gin.Context) {
	start := s.cfg.Now()
	s.warnOfUntrustedProxy(c)
	c.Next()

	k := knownOf(c)
	route := c.FullPath()
	if route == "" {
		route = "(none)"
	}
	took := s.cfg.Now().Sub(start)
	s.cfg.Metrics.Request(route, method(c.Request), c.Writer.Status(), took)
	level := slog.LevelInfo
	if c.Writer.Status() >= http.StatusInternalServerError && c.Writer.Status() != http.StatusServiceUnavailable {
		level = slog.LevelError
	}
	attrs := []slog.Attr{
		slog.String("request_id", k.id),
		slog.String("method", method(c.Request)),
		slog.String("route", route),
		slog.Int("status", c.Writer.Status()),
		slog.Float64("duration_ms", float64(took)/float64(time.Millisecond)),
		slog.String("client_ip", k.clientIP),
	}
	s.cfg.Log.LogAttrs(c.Request.Context(), level, "request", append(attrs, k.logFields...)...)
}

// method keeps what a stranger may write as a method to a closed set.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}
