package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/telegram-login/internal/metrics"
	"example.com/telegram-login/internal/users"
)

// A database that does not answer must not hold up pages that do not need it, nor a
// stop.
func TestReadiness_whileItAsksTheDatabaseNobodyElseWaits(t *testing.T) {
	t.Parallel()
	asked, answer := make(chan struct{}), make(chan struct{})
	r := &readiness{now: time.Now, counts: metrics.New()}
	r.started(func(context.Context) (users.Health, error) {
		close(asked)
		<-answer
		return users.Health{}, nil
	})
	done := make(chan error, 1)
	go func() { done <- r.Ready(t.Context()) }()
	<-asked

	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	for _, want := range []string{"", "close"} {
		recorder := httptest.NewRecorder()
		closeWhileDraining(page, r).ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
		if got := recorder.Header().Get("Connection"); got != want {
			t.Errorf("Connection: %q, want %q", got, want)
		}
		r.drain()
	}
	if err := r.Ready(t.Context()); err == nil {
		t.Error("ready while draining")
	}
	close(answer)
	if err := <-done; err != nil {
		t.Errorf("Ready = %v", err)
	}
}
