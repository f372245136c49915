package bot

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"

	telegram "github.com/go-telegram/bot"
)

// quietFor is how long the same error is not logged again: while something is
// wrong, the library tries every few seconds.
const quietFor = 10 * time.Minute

// news remembers what was logged lately. It is safe for concurrent use.
type news struct {
	mu   sync.Mutex
	told map[string]time.Time
}

// isNews reports whether this text was not logged lately, and notes that now it
// is.
func (n *news) isNews(text string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	maps.DeleteFunc(n.told, func(_ string, at time.Time) bool { return now.Sub(at) >= quietFor })
	if _, told := n.told[text]; told {
		return false
	}
	if n.told == nil {
		n.told = make(map[string]time.Time)
	}
	n.told[text] = now
	return true
}

// logPollError takes the library's errors. A conflict is somebody's set-up and
// not a fault: the owner's bot may run elsewhere, and logins go on without us.
func (b *Bot) logPollError(err error) {
	if errors.Is(err, context.Canceled) || !b.errors.isNews(err.Error(), b.cfg.Now()) {
		return
	}
	if errors.Is(err, telegram.ErrorConflict) {
		b.cfg.Log.Warn("updates go to another program or a webhook; logins go on, the bot does not answer here")
		return
	}
	b.cfg.Log.Warn("bot api", slog.String("error", err.Error()))
}
