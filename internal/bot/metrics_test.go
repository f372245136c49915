package bot_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/metrics"
)

// counted is a setting, and what shows what was counted.
func counted() (setting, func(*testing.T) string) {
	counts := metrics.New()
	show := func(t *testing.T) string {
		t.Helper()
		recorder := httptest.NewRecorder()
		counts.Handler(func(context.Context) {}).ServeHTTP(recorder,
			httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
		return recorder.Body.String()
	}
	return func(c *bot.Config) { c.Metrics = counts }, show
}

func wantCounted(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(page, want+"\n") {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(page, secret) {
		t.Error("the metrics hold the token")
	}
}

func TestMetrics_ofUpdatesTellWhatBecameOfThem(t *testing.T) {
	t.Parallel()
	with, page := counted()
	b := newBot(t, "http://127.0.0.1:1", with)
	update := memberUpdate("kicked")
	b.receive(t, update)
	b.receive(t, update)
	if err := b.Receive(t.Context(), []byte("{")); err == nil {
		t.Error("half an update was taken")
	}
	b.db.Close()
	if err := b.Receive(t.Context(), []byte(memberUpdate("member"))); err == nil {
		t.Error("an update was taken without a database")
	}
	wantCounted(t, page(t),
		`tgl_updates_total{result="applied"} 1`,
		`tgl_updates_total{result="repeated"} 1`,
		`tgl_updates_total{result="refused"} 1`,
		`tgl_updates_total{result="failed"} 1`,
		`tgl_write_access_events_total{source="my_chat_member",state="blocked"} 1`)
}

func TestMetrics_ofMessagesTellWhatTelegramSaid(t *testing.T) {
	t.Parallel()
	with, page := counted()
	api := newMessageSink(t, refuse(403, "Forbidden: bot was blocked by the user"))
	b := newBot(t, api.url, with)
	b.signIn(t, noon)
	b.allow(t)
	b.clock.advance(time.Second)
	stop := b.send(t)
	b.awaitSettled(t, 1)
	stop()
	wantCounted(t, page(t),
		`tgl_messages_total{class="welcome",outcome="no_entry"} 1`,
		`tgl_write_access_events_total{source="send",state="blocked"} 1`,
		`tgl_bot_api_answers_total{code="403",method="sendMessage"} 1`,
		`tgl_bot_api_duration_seconds_count{method="sendMessage"} 1`)
	if !strings.Contains(page(t), `tgl_clock_skew_seconds{against="telegram"}`) {
		t.Error("nothing was learnt about the clock")
	}
}

func TestMetrics_tellOfMessagesThatWereDroppedAndOfABotAPIThatIsAway(t *testing.T) {
	t.Parallel()
	with, page := counted()
	away := newBot(t, "http://127.0.0.1:1", with, withoutUsername)
	away.signIn(t, noon)
	away.clock.advance(5 * time.Minute) // Nobody has told whether the bot may write.
	stop := away.send(t)
	away.awaitSettled(t, 1)
	stop()
	introduce := inBackground(t, away.Introduce)
	away.log.awaitText(t, "username of the bot not known")
	introduce()
	wantCounted(t, page(t),
		`tgl_messages_total{class="welcome",outcome="dropped"} 1`,
		`tgl_bot_api_answers_total{code="none",method="getMe"} 1`)
}

// A proxy in between may answer anything: neither methods nor codes are its to make
// up.
func TestMetrics_ofTheBotAPIHaveClosedLabels(t *testing.T) {
	t.Parallel()
	with, page := counted()
	codes := []int{418, 502, 503}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(codes[0])
		codes = append(codes[1:], codes[0])
	}))
	t.Cleanup(server.Close)
	b := newBot(t, server.URL, with, withoutUsername)
	stop := inBackground(t, b.Introduce)
	b.log.awaitText(t, "username of the bot not known")
	stop()
	wantCounted(t, page(t), `tgl_bot_api_answers_total{code="other",method="getMe"} 1`)
}
