package site

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	requestIDKey = "request id"
	logFieldsKey = "log fields"
)

// nameRequest gives a request the id by which a page, its line in the log and its
// events belong together.
func nameRequest(c *gin.Context) {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // Never fails, says crypto/rand.
	id := hex.EncodeToString(random)
	c.Set(requestIDKey, id)
	c.Header("X-Request-Id", id)
}

// logRequest writes the one line that a request leaves. It names the route's
// pattern and never the address: the query of a login link is a key to an
// account (R12, T17). Handlers add fields with logField, and log nothing of
// their own but security events.
func (s *Site) logRequest(c *gin.Context) {
	start := s.cfg.Now()
	s.warnOfUntrustedProxy(c)
	c.Next()

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
		slog.String("request_id", c.GetString(requestIDKey)),
		slog.String("method", method(c.Request)),
		slog.String("route", route),
		slog.Int("status", c.Writer.Status()),
		slog.Float64("duration_ms", float64(took)/float64(time.Millisecond)),
		slog.String("client_ip", c.ClientIP()),
	}
	fields, _ := c.Get(logFieldsKey)
	more, _ := fields.([]slog.Attr)
	s.cfg.Log.LogAttrs(c.Request.Context(), level, "request", append(attrs, more...)...)
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

// logField adds fields to the line that the request will leave.
func logField(c *gin.Context, attrs ...slog.Attr) {
	fields, _ := c.Get(logFieldsKey)
	before, _ := fields.([]slog.Attr)
	c.Set(logFieldsKey, append(before, attrs...))
}
