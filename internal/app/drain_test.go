package app_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/devpg/pgtest"
)

// whileDraining is a site that was told to stop and does not go before it is
// hurried.
type whileDraining struct {
	site    running
	admin   string
	hurry   chan struct{}
	stopped chan error
}

func startDraining(t *testing.T, cfg app.Config, begin func()) whileDraining {
	t.Helper()
	d := whileDraining{hurry: make(chan struct{}), stopped: make(chan error, 1)}
	stopping := newLineWatcher("msg=stopping")
	cfg.Log = slog.New(slog.NewTextHandler(stopping, nil))
	cfg.DrainDelay, cfg.Hurry = time.Hour, d.hurry
	d.admin = withAdmin(t, &cfg)
	ctx, cancel := context.WithCancel(t.Context())
	d.site.url = cfg.PublicURL.String()
	serving := make(chan struct{})
	cfg.Serving = func() { close(serving) }
	go func() { d.stopped <- app.Run(ctx, cfg) }()
	<-serving
	begin()
	cancel()
	<-stopping.seen
	return d
}

// A balancer sends its next requests elsewhere, and loses none of those that it
// has sent already.
func TestRun_whileDrainingItSaysSoAndServesOn(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	d := startDraining(t, config(t, databaseURL), func() {})
	wantReady(t, d.site.url, http.StatusServiceUnavailable, "draining")
	wantReady(t, d.admin, http.StatusServiceUnavailable, "draining")

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.site.url+loginPath(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := browser(t).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusSeeOther || sessionCookie(response.Cookies()) == nil {
		t.Errorf("a login while draining: %s", response.Status)
	}
	if !response.Close {
		t.Error("the connection stays open: the next request on it could be lost")
	}
	if page := get(t, browser(t), d.admin+"/metrics", nil).page; !strings.Contains(page, "tgl_ready 0") {
		t.Error("the metrics say that it is ready")
	}

	close(d.hurry)
	if err := <-d.stopped; err != nil {
		t.Errorf("Run = %v", err)
	}
}

// A second signal is for an operator who does not want to wait: who is not done is
// cut off.
func TestRun_secondSignalWaitsForNobody(t *testing.T) {
	t.Parallel()
	cfg := config(t, pgtest.URL(t))
	var visitor connection
	d := startDraining(t, cfg, func() {
		question := get(t, browser(t), cfg.PublicURL.String()+loginPath(), http.Header{"Sec-Fetch-Site": {"cross-site"}})
		visitor = sendHeaders(t, cfg.Listener.Addr(), question.cookies[0], 10) // And never the rest.
	})
	close(d.hurry)
	select {
	case err := <-d.stopped:
		if err == nil || !strings.Contains(err.Error(), "cut off") {
			t.Errorf("Run = %v, want to hear of the visitor", err)
		}
	case <-time.After(15 * time.Second): // Of the 20 that it takes otherwise.
		t.Error("the site waits for a visitor who does nothing")
	}
	_ = visitor.Close()
}
