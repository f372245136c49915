package site_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/site"
)

// F25: wherever it is that something panics, in a handler or in what stands around
// all of them, the visitor gets a page that says nothing of it, and the log has it
// once, with the id that the page shows.
func TestPanic_isAnsweredWithAPageAndLoggedOnce(t *testing.T) {
	t.Parallel()
	for name, looksBefore := range map[string]int64{"around the handlers": 0, "in a handler": 1} {
		var left atomic.Int64
		left.Store(-1)
		w := newWorld(t, func(c *site.Config, _ *auth.Login) {
			now := c.Now
			c.Now = func() time.Time {
				if left.Load() >= 0 && left.Add(-1) < 0 {
					panic("odd clock")
				}
				return now()
			}
		})
		left.Store(looksBefore) // The log looks at the clock first, then the page does.
		page := w.newBrowser().get("/login")
		id := page.Header.Get("X-Request-Id")
		if page.StatusCode != http.StatusInternalServerError || strings.Contains(page.body, "odd clock") || !strings.Contains(page.body, id) {
			t.Errorf("%s: %s: %s", name, page.Status, page.body)
		}
		if page.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: no security headers", name)
		}
		if log := w.log.String(); strings.Count(log, "odd clock") != 1 || !strings.Contains(log, id) {
			t.Errorf("%s: the log: %s", name, log)
		}
		if got := w.newBrowser().get("/login"); got.StatusCode != http.StatusOK {
			t.Errorf("%s: the next visit: %s", name, got.Status)
		}
	}
}
