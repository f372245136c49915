package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/metrics"
)

// handle adapts a handler that returns its error. Together with recoverPanic it
// is the only way from an error to a response.
func (s *Site) handle(h func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			s.fail(c, err)
		}
	}
}

// recoverPanic is ours because gin's dumps the request, with its query and its
// cookies, into the log (R12).
func (s *Site) recoverPanic(c *gin.Context) {
	defer func() {
		if err := panicError(recover()); err != nil {
			s.failAfterPanic(c, err)
		}
	}()
	c.Next()
}

// recoverOutside is recoverPanic for what stands around that, such as the log of the
// requests (F25): there will be no line of this one, so the error is a line itself.
func (s *Site) recoverOutside(c *gin.Context) {
	defer func() {
		if err := panicError(recover()); err != nil {
			s.cfg.Log.ErrorContext(c.Request.Context(), "panic outside of the handlers",
				slog.String("request_id", knownOf(c).id), slog.String("error", err.Error()))
			s.failAfterPanic(c, err)
		}
	}()
	c.Next()
}

// panicError makes an error of what was recovered; nil for nothing. A handler that
// wants to hang up goes on panicking.
func panicError(v any) error {
	switch v {
	case nil:
		return nil
	case http.ErrAbortHandler:
		panic(v)
	}
	return fmt.Errorf("panic: %v\n%s", v, debug.Stack())
}

func (s *Site) failAfterPanic(c *gin.Context, err error) {
	c.Abort()
	s.cfg.Metrics.Panic()
	s.fail(c, err)
}

// RefusalHeader names the reason of a refusal by the word that the log has, for
// programs: the doctor, and tests of whoever builds on this.
const RefusalHeader = "X-Refusal"

// statusClientGone is what the log says when the visitor left before the answer;
// nobody sees it. The number is nginx's.
const statusClientGone = 499

// fail answers with the page of the refusal that the error stands for. What is
// not in the table is our fault: the visitor gets generic words and a request
// id, and the log has the whole error under the same id.
func (s *Site) fail(c *gin.Context, err error) {
	if errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil {
		c.Status(statusClientGone)
		return
	}
	r := refusalFor(err)
	reason := reasonOf(err, r)
	logField(c, slog.String("reason", reason))
	s.cfg.Metrics.Refusal(r.reason)
	if path := c.FullPath(); path == LoginPath || path == confirmLoginPath {
		s.cfg.Metrics.Login(metrics.Refused, r.reason)
	}
	if tooMany, ok := errors.AsType[*tooManyError](err); ok {
		logField(c, slog.String("limit", tooMany.limit))
		s.cfg.Metrics.RateLimited(tooMany.limit)
	}
	if r.event != "" {
		s.note(c, r.event, slog.String("reason", reason))
	}
	if r.status >= http.StatusInternalServerError {
		logField(c, slog.String("error", err.Error()))
	}
	c.Header(RefusalHeader, r.reason)
	if r.retryAfter != "" {
		c.Header("Retry-After", r.retryAfter)
	}
	p := s.newPage(c)
	if p.Person == "" && p.Here == "" {
		language := s.language(c)
		s.send(c, r.status, language, s.refusals[refusalKey{language.Code, r.reason}].withID(p.RequestID))
		return
	}
	s.render(c, r.status, r.page(), r.data(p))
}
