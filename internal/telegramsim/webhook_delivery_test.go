package telegramsim_test

import (
	"context"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

func fail(w http.ResponseWriter, _ delivery) { w.WriteHeader(http.StatusServiceUnavailable) }

func TestWebhook_getsWhatGetUpdatesWouldGive(t *testing.T) {
	t.Parallel()
	s := start(t, hurried())
	h := startHook(t, func(w http.ResponseWriter, _ delivery) {
		w.WriteHeader(http.StatusNoContent)
	})
	s.write("hello")
	polled := s.do("GET", "/bot"+token+"/getUpdates", nil).body
	s.mustBot("setWebhook", object{"url": h.url, "secret_token": "s3cret_-"})
	d := h.await(1)[0]
	if d.method != http.MethodPost || d.header.Get("Content-Type") != "application/json" ||
		d.header.Get("X-Telegram-Bot-Api-Secret-Token") != "s3cret_-" || d.header.Get("User-Agent") != "" {
		t.Errorf("got %s %v", d.method, d.header)
	}
	if want := `{"ok":true,"result":[` + d.body + `]}`; polled != want {
		t.Errorf("delivered %s, polled %s", d.body, polled)
	}
	s.awaitNothingPending()
	s.write("again")
	if got := h.await(1)[0].text(); got != "again" {
		t.Errorf("then %q came", got)
	}
}

func TestWebhook_withoutASecretHasNoHeader(t *testing.T) {
	t.Parallel()
	s := start(t, hurried())
	h := startHook(t, nil)
	s.setWebhook(h.url)
	s.write("hello")
	if _, given := h.await(1)[0].header["X-Telegram-Bot-Api-Secret-Token"]; given {
		t.Error("the header is there")
	}
}

func TestWebhook_getsTheKindsItAskedFor(t *testing.T) {
	t.Parallel()
	s := start(t, hurried())
	h := startHook(t, nil)
	s.mustBot("setWebhook", object{"url": h.url, "allowed_updates": []string{"my_chat_member"}})
	s.write("hello")
	s.client("contacts.block", object{"id": peer})
	if d := h.await(1)[0]; d.update["my_chat_member"] == nil {
		t.Errorf("got %s", d.body)
	}
	s.awaitNothingPending()
}

func TestWebhook_getsTheUpdatesOfAChatInOrder(t *testing.T) {
	t.Parallel()
	s := start(t, hurried())
	h := startHook(t, nil)
	s.setWebhook(h.url)
	want := strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20")
	s.write(want...)
	if got := words(h.await(20)); got != strings.Join(want, " ") {
		t.Errorf("got %s", got)
	}
}

func TestWebhook_isRepeatedUntilConfirmedAndStopsNoOther(t *testing.T) {
	t.Parallel()
	s := start(t, hurried())
	heal := make(chan struct{})
	h := startHook(t, func(w http.ResponseWriter, d delivery) {
		if d.text() != "bad" {
			return
		}
		select {
		case <-heal:
		default:
			fail(w, d)
		}
	})
	s.setWebhook(h.url)
	s.write("bad", "good")
	seen := map[string]int{}
	for seen["good"] < 1 || seen["bad"] < 3 {
		seen[h.await(1)[0].text()]++
	}
	info := s.awaitInfo(func(info object) bool { return info["pending_update_count"] == 1.0 })
	if info["last_error_message"] != "Wrong response from the webhook: 503 Service Unavailable" ||
		info["last_error_date"] != float64(noon.Unix()) {
		t.Errorf("got %v", info)
	}
	close(heal)
	s.awaitNothingPending()
}

// The times are lower bounds, which hold on a busy machine too.
func TestWebhook_pausesGrow(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.WebhookRetry = 20 * time.Millisecond
	s := start(t, cfg)
	h := startHook(t, fail)
	s.setWebhook(h.url)
	s.write("hello")
	list := h.await(5)
	if took := list[4].at.Sub(list[0].at); took < (20+40+80+160)*time.Millisecond {
		t.Errorf("four repeats within %v", took)
	}
}

func TestWebhook_obeysRetryAfter(t *testing.T) {
	t.Parallel()
	s := start(t, hurried())
	h := startHook(t, func(w http.ResponseWriter, d delivery) {
		if !strings.HasPrefix(d.text(), "soon") {
			w.Header().Set("Retry-After", d.text())
		}
		w.WriteHeader(http.StatusTooManyRequests)
	})
	s.setWebhook(h.url)
	// An hour at most; a number that is too large for any integer must not become an immediate repeat.
	s.write("3600", "99999999999999999999999", "9999999999", "soon")
	seen := map[string]int{}
	for seen["soon"] < 6 {
		seen[h.await(1)[0].text()]++
	}
	for text, count := range seen {
		if text != "soon" && count != 1 {
			t.Errorf("Retry-After %s: delivered %d times", text, count)
		}
	}
	if len(seen) != 4 {
		t.Errorf("got %v", seen)
	}
}

func TestWebhook_usesSoManyConnectionsAtMost(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	release := make(chan struct{})
	h := startHook(t, func(http.ResponseWriter, delivery) { <-release })
	s.mustBot("setWebhook", object{"url": h.url, "max_connections": 2})
	for as := 700100001; as <= 700100005; as++ {
		s.client("messages.sendMessage", object{"as": as, "message": "hello"})
	}
	h.await(2)
	s.dawdle()
	if more := h.drain(); len(more) > 0 {
		t.Errorf("%d more than the two that are allowed", len(more))
	}
	close(release)
	h.await(3)
	s.awaitNothingPending()
}

func TestWebhook_settingTheSameAgainDisturbsNothing(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	release := make(chan struct{})
	h := startHook(t, func(http.ResponseWriter, delivery) { <-release })
	s.setWebhook(h.url)
	s.write("hello")
	h.await(1)
	s.setWebhook(h.url)
	s.dawdle()
	close(release)
	s.awaitNothingPending()
	if more := h.drain(); len(more) > 0 {
		t.Errorf("delivered again: %s", words(more))
	}
}

func TestWebhook_movesToAnotherAddressWithWhatIsPending(t *testing.T) {
	t.Parallel()
	s := start(t, hurried())
	first, second := startHook(t, fail), startHook(t, nil)
	s.setWebhook(first.url)
	s.write("one", "two")
	first.await(3)
	s.setWebhook(second.url)
	if got := words(second.await(2)); got != "one two" {
		t.Errorf("the new address got %q", got)
	}
	info := s.awaitInfo(func(info object) bool { return info["pending_update_count"] == 0.0 })
	if info["last_error_message"] != nil || info["url"] != second.url {
		t.Errorf("the new address starts with %v", info)
	}
	first.drain()
	s.write("three")
	second.await(1)
	s.dawdle()
	if more := first.drain(); len(more) > 1 { // one may have been on its way
		t.Errorf("the old address got %s", words(more))
	}
}

func TestWebhook_deletedLeavesThePendingToGetUpdates(t *testing.T) {
	t.Parallel()
	s := start(t, hurried())
	h := startHook(t, fail)
	s.setWebhook(h.url)
	s.write("one", "two")
	h.await(3)
	s.mustBot("deleteWebhook", nil)
	if got := texts(s.updates(object{})); got != "one two" {
		t.Errorf("getUpdates gives %q", got)
	}
	h.drain()
	s.dawdle()
	if more := h.drain(); len(more) > 2 { // those on their way
		t.Errorf("still delivered: %s", words(more))
	}
	info := s.mustBot("getWebhookInfo", nil).(object)
	if info["url"] != "" || info["last_error_message"] != nil || info["pending_update_count"] != 2.0 {
		t.Errorf("got %v", info)
	}
}

func TestWebhook_droppedUpdatesAreNotRepeated(t *testing.T) {
	t.Parallel()
	s := start(t, hurried())
	h := startHook(t, fail)
	s.setWebhook(h.url)
	s.write("old")
	h.await(2)
	s.mustBot("setWebhook", object{"url": h.url, "drop_pending_updates": true})
	s.write("new")
	old := 0
	for fresh := 0; fresh < 5; {
		if h.await(1)[0].text() == "new" {
			fresh++
		} else {
			old++
		}
	}
	if old > 1 { // one may have been on its way
		t.Errorf("the dropped one came %d more times", old)
	}
}

func TestWebhook_forgetsAfterADay(t *testing.T) {
	t.Parallel()
	var c clock
	cfg := hurried()
	cfg.Now = c.now
	s := start(t, cfg)
	h := startHook(t, fail)
	s.write("older")
	c.advance(24 * time.Hour)
	s.setWebhook(h.url)
	s.write("old")
	if got := words(h.await(2)); got != "old old" {
		t.Errorf("delivered %q", got)
	}
	c.advance(24 * time.Hour)
	s.write("new")
	old := 0
	for fresh := 0; fresh < 5; {
		if h.await(1)[0].text() == "new" {
			fresh++
		} else {
			old++
		}
	}
	if old > 1 { // one may have been on its way
		t.Errorf("the one that is too old came %d more times", old)
	}
}

func TestWebhook_reportsWhyADeliveryFailed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		link func(t *testing.T) string
		want string
	}{
		"refused": {func(*testing.T) string { return nobody }, "Connection refused"},
		"no such host": {
			func(*testing.T) string { return "http://hook.invalid/" },
			"Failed to resolve host: Name or service not known",
		},
		"late": {func(t *testing.T) string {
			t.Helper()
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // only then is it seen that the client has gone
				<-r.Context().Done()
			}))
			t.Cleanup(server.Close)
			return server.URL
		}, "Read timeout expired"},
		"cut off": {func(t *testing.T) string {
			t.Helper()
			return startHook(t, func(http.ResponseWriter, delivery) { panic(http.ErrAbortHandler) }).url
		}, "Connection closed"},
		"redirect": {func(t *testing.T) string {
			t.Helper()
			return startHook(t, func(w http.ResponseWriter, d delivery) {
				if d.method != http.MethodPost {
					t.Error("the redirect was followed")
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(http.StatusSeeOther)
			}).url
		}, "Wrong response from the webhook: 303 See Other"},
		"certificate": {func(t *testing.T) string {
			t.Helper()
			server := httptest.NewTLSServer(http.NotFoundHandler())
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			t.Cleanup(server.Close)
			return server.URL
		}, "SSL error {error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed}"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, hurried())
			s.setWebhook(tt.link(t))
			s.write("hello")
			info := s.awaitInfo(func(info object) bool { return info["last_error_message"] != nil })
			if info["last_error_message"] != tt.want || info["pending_update_count"] != 1.0 {
				t.Errorf("got %v", info)
			}
		})
	}
}

// Not parallel: it sets the environment, which the standard library reads once.
func TestWebhook_usesNoProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a delivery came to the proxy")
	}))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("NO_PROXY", "")
	s := start(t, hurried())
	s.setWebhook("http://hook.invalid/")
	s.write("hello")
	s.awaitInfo(func(info object) bool {
		return info["last_error_message"] != nil || info["pending_update_count"] == 0.0
	})
}

func TestPage_waitsForABotWithAWebhook(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	h := startHook(t, func(http.ResponseWriter, delivery) {
		s.dawdle()
		s.mustBot("sendMessage", object{"chat_id": anna, "text": "the answer"})
	})
	s.setWebhook(h.url)
	f := form()
	f.Set("message", "hello")
	if page := s.do("GET", s.do("POST", "/chat/send", f).header.Get("Location"), nil).body; !strings.Contains(page, "the answer") {
		t.Error("the page came back without the bot's answer")
	}
	s.awaitNothingPending() // the test must not end before the bot
}

func TestClose_endsAllDeliveries(t *testing.T) {
	t.Parallel()
	sim, err := telegramsim.New(hurried())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	defer server.Close()
	s := &stand{t: t, url: server.URL, http: server.Client()}
	hanging := startHook(t, func(_ http.ResponseWriter, d delivery) {
		if d.text() == "fail" {
			panic(http.ErrAbortHandler)
		}
	})
	s.setWebhook(hanging.url)
	s.write("fail")
	hanging.await(2)
	sim.Close()
	sim.Close()
	hanging.drain()
	s.write("later")
	s.mustBot("deleteWebhook", nil)
	s.setWebhook(hanging.url)
	s.dawdle()
	if more := hanging.drain(); len(more) > 0 {
		t.Errorf("delivered after Close: %s", words(more))
	}
	if info := s.mustBot("getWebhookInfo", nil).(object); info["pending_update_count"] != 2.0 {
		t.Errorf("got %v", info)
	}
}

// gate holds up whoever logs a failed delivery.
type gate struct {
	slog.Handler
	entered, open chan struct{}
}

func (g gate) Enabled(context.Context, slog.Level) bool { return true }

func (g gate) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "webhook delivery failed" {
		g.entered <- struct{}{}
		<-g.open
	}
	return nil
}

func TestClose_waitsForTheDeliveries(t *testing.T) {
	t.Parallel()
	g := gate{slog.DiscardHandler, make(chan struct{}, 1000), make(chan struct{})}
	cfg := hurried()
	cfg.Log = slog.New(g)
	sim, err := telegramsim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	defer server.Close()
	s := &stand{t: t, url: server.URL, http: server.Client()}
	s.setWebhook(nobody)
	s.write("hello")
	<-g.entered
	closed := make(chan struct{})
	go func() { defer close(closed); sim.Close() }()
	s.dawdle()
	select {
	case <-closed:
		t.Error("Close did not wait")
	default:
	}
	close(g.open)
	<-closed
}
