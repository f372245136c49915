package bot

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"time"
	"unicode"

	telegram "github.com/go-telegram/bot"
)

// quietFor is how long the same error is not logged again: while something is
// wrong, we try every few seconds.
const quietFor = 10 * time.Minute

// news remembers what was logged lately. It is safe for concurrent use.
type news struct {
	mu   sync.Mutex
	told map[string]time.Time
}

// isNews reports whether this text was not logged lately, and notes that now it
// is.
func (n *news) isNews(text string, now time.Time) bool {
	text = strings.Map(func(r rune) rune { // Ports and times make the same thing look new.
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, text)
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

// logAPIError takes the errors of calls that go on by themselves. A conflict is
// somebody's set-up and not a fault: the owner's bot may run elsewhere, and
// logins go on without us.
func (b *Bot) logAPIError(ctx context.Context, err error) {
	if errors.Is(err, context.Canceled) || !b.errors.isNews(err.Error(), b.cfg.Now()) {
		return
	}
	if errors.Is(err, telegram.ErrorConflict) {
		b.cfg.Log.WarnContext(ctx, "updates go to another program or a webhook; logins go on, the bot does not answer here")
		return
	}
	b.cfg.Log.WarnContext(ctx, "bot api", slog.String("error", err.Error()))
}

// logQueueError takes the errors of what is tried again every second.
func (b *Bot) logQueueError(ctx context.Context, err error) {
	if ctx.Err() == nil && b.errors.isNews(err.Error(), b.cfg.Now()) {
		b.cfg.Log.WarnContext(ctx, "queue of messages", slog.String("error", err.Error()))
	}
}

// retryAfter is how long Telegram wants us to wait; zero if it does not say.
//
// Source: https://core.telegram.org/bots/api#responseparameters
func retryAfter(err error) time.Duration {
	if flood, ok := errors.AsType[*telegram.TooManyRequestsError](err); ok {
		return time.Duration(flood.RetryAfter) * time.Second
	}
	return 0
}
