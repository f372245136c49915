package app

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/telegram-login/internal/metrics"
)

// F25: one odd row must end neither the expiry of all others nor the site.
func TestWork_goesOnAfterAPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log lockedBuffer
		counts := metrics.New()
		w := newWork(t.Context(), Config{Log: slog.New(slog.NewTextHandler(&log, nil))}, counts)
		tries := 0
		w.do(func(context.Context) {
			if tries++; tries < 3 {
				panic("odd row")
			}
		})
		if err := w.wait(t.Context()); err != nil || tries != 3 {
			t.Errorf("%d tries, %v", tries, err)
		}
		if n := strings.Count(log.String(), "odd row"); n != 2 {
			t.Errorf("%d panics in the log, want 2", n)
		}
		recorder := httptest.NewRecorder()
		counts.Handler(func(context.Context) {}).ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
		if !strings.Contains(recorder.Body.String(), "tgl_panics_total 2") {
			t.Error("the panics are not counted")
		}
	})
}

func TestWork_stopsAlsoBetweenAPanicAndTheNextTry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWork(t.Context(), Config{Log: slog.New(slog.DiscardHandler)}, metrics.New())
		w.do(func(context.Context) { panic("always") })
		synctest.Wait()
		w.stop()
		if err := w.wait(t.Context()); err != nil {
			t.Errorf("wait = %v", err)
		}
	})
}

func TestWork_saysWhatItLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWork(t.Context(), Config{Log: slog.New(slog.DiscardHandler)}, metrics.New())
		release := make(chan struct{})
		w.do(func(context.Context) { <-release })
		w.stop()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := w.wait(ctx); err == nil {
			t.Error("wait = nil, though something is still at work")
		}
		close(release)
	})
}

// lockedBuffer takes a log from many goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
