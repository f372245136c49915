package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"example.com/telegram-login/internal/metrics"
)

// panicPause is how long a part waits that has panicked before it starts again.
const panicPause = time.Second

// work is what the site does beside answering visitors.
type work struct {
	cfg    Config
	counts *metrics.Metrics
	ctx    context.Context //nolint:containedctx // It is the life of the parts, not of a call.
	end    context.CancelFunc
	parts  sync.WaitGroup
}

func newWork(ctx context.Context, cfg Config, counts *metrics.Metrics) *work {
	w := &work{cfg: cfg, counts: counts}
	// The signal to stop is not the end of the work: while this copy drains, it goes on.
	w.ctx, w.end = context.WithCancel(context.WithoutCancel(ctx))
	return w
}

// do runs a part until the work stops. A part that panics is started again: one
// odd row must not end every session's expiry, nor the site (F25).
func (w *work) do(part func(context.Context)) {
	w.parts.Go(func() {
		for !w.once(part) {
			select {
			case <-w.ctx.Done():
				return
			case <-time.After(panicPause):
			}
		}
	})
}

// once reports whether the part ended by itself.
func (w *work) once(part func(context.Context)) bool {
	defer func() {
		if v := recover(); v != nil {
			w.counts.Panic()
			w.cfg.Log.ErrorContext(w.ctx, "panic in the background",
				slog.String("error", fmt.Sprintf("panic: %v\n%s", v, debug.Stack())))
		}
	}()
	part(w.ctx)
	return true
}

// stop lets no new work begin. It does not wait.
func (w *work) stop() { w.end() }

var errWorkLeft = errors.New("stop: the bot was still sending; what was on its way is taken up again by another copy or the next start")

// wait returns when what has begun is finished, or soon after ctx ends.
func (w *work) wait(ctx context.Context) error {
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		w.parts.Wait()
	}()
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
	}
	select {
	case <-finished:
		return nil
	case <-time.After(hurriedTimeout):
		return errWorkLeft
	}
}
