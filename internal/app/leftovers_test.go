package app_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/telegramsim"
)

// Every goroutine inherits the label of the one that starts it, so those of one
// run can be told from those of tests that run at the same time.
func TestRun_leavesNothingRunning(t *testing.T) {
	t.Parallel()
	cfg := config(t, pgtest.URL(t))
	cfg.Updates = app.UpdatesPolling
	polls := newLineWatcher("/getUpdates")
	telegram := startTelegram(t, polls)
	cfg.APIURL = telegram.URL

	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	const label = "leaves-nothing-running"
	go pprof.Do(ctx, pprof.Labels(label, "yes"), func(ctx context.Context) { stopped <- app.Run(ctx, cfg) })
	get(t, browser(t), cfg.PublicURL.String()+loginPath(), nil)
	<-polls.seen // The bot has begun its work too.
	if goroutines(t, label) == "" {
		t.Fatal("the running site has no goroutine with the label")
	}
	cancel()
	if err := <-stopped; err != nil {
		t.Errorf("Run = %v", err)
	}
	// Connections to Telegram are kept for the next request, in a place of
	// net/http's; they end with the other side.
	telegram.Close()

	// What has been told to end needs a moment, and says nothing when it has.
	deadline := time.After(10 * time.Second)
	for left := goroutines(t, label); left != ""; left = goroutines(t, label) {
		select {
		case <-deadline:
			t.Fatalf("still running:\n%s", left)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// startTelegram starts the stand-in, which writes the address of each request to
// requests.
func startTelegram(t *testing.T, requests io.Writer) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	sim, err := telegramsim.New(telegramsim.Config{
		Bots:      []telegramsim.Bot{{Token: botToken, Username: "test_login_bot", Name: "Test", Domain: "127.0.0.1"}},
		PublicURL: "http://" + server.Listener.Addr().String(),
		Now:       time.Now,
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	handler := sim.Handler()
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(requests, r.URL.Path)
		handler.ServeHTTP(w, r)
	})
	server.Start()
	t.Cleanup(server.Close)
	return server
}

// goroutines returns the stacks of the goroutines with this label.
func goroutines(t *testing.T, label string) string {
	t.Helper()
	var profile strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		t.Fatal(err)
	}
	var labelled []string
	for stack := range strings.SplitSeq(profile.String(), "\n\n") {
		if strings.Contains(stack, label) {
			labelled = append(labelled, stack)
		}
	}
	return strings.Join(labelled, "\n\n")
}
