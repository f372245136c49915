package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	telegram "github.com/go-telegram/bot"
)

// quietFor is how long the same error is not logged again: while something is
// wrong, the library tries every few seconds.
const quietFor = 10 * time.Minute

// pollErrors remembers what was logged last. It is safe for concurrent use.
type pollErrors struct {
	mu   sync.Mutex
	last string
	at   time.Time
}

// isNews reports whether this text was not logged lately, and notes that now it
// is.
func (e *pollErrors) isNews(text string, now time.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if text == e.last && now.Sub(e.at) < quietFor {
		return false
	}
	e.last, e.at = text, now
	return true
}

// logPollError takes the library's errors. A conflict is somebody's set-up and
// not a fault: the owner's bot may run elsewhere, and logins go on without us.
func (b *Bot) logPollError(err error) {
	if errors.Is(err, context.Canceled) || !b.pollErrors.isNews(err.Error(), b.cfg.Now()) {
		return
	}
	if errors.Is(err, telegram.ErrorConflict) {
		b.cfg.Log.Warn("updates go to another program or a webhook; logins go on, the bot does not answer here")
		return
	}
	b.cfg.Log.Warn("bot api", slog.String("error", err.Error()))
}
