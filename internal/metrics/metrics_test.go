package metrics_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/metrics"
)

func scrape(t *testing.T, m *metrics.Metrics, look func(context.Context)) string {
	t.Helper()
	recorder := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody)
	m.Handler(look).ServeHTTP(recorder, request)
	if recorder.Code != http.StatusOK {
		t.Fatalf("status %d", recorder.Code)
	}
	return recorder.Body.String()
}

func nothing(context.Context) {}

func TestMetrics_showWhatWasCounted(t *testing.T) {
	t.Parallel()
	m := metrics.New()
	m.Request("/login/telegram", "GET", 303, 20*time.Millisecond)
	m.Refusal("expired")
	m.RateLimited("login")
	m.Panic()
	m.Login(metrics.Refused, "expired")
	m.AssertionAge(40 * time.Second)
	m.Sessions(metrics.SessionEndedByOwner, 3)
	m.Download()
	m.AccountDeletion()
	m.WriteAccess("my_chat_member", "blocked")
	m.Update(metrics.UpdateRepeated)
	m.Message("welcome", "sent")
	m.APIAnswer("sendMessage", "429")
	m.APICall("sendMessage", time.Second)
	m.Query(time.Millisecond, true)
	m.Acquire(time.Millisecond)
	m.Pool(1, 2, 8)
	m.Queue(map[string]int64{"available": 4}, 5*time.Second)
	m.Ready(true)
	m.SchemaVersion(17)
	m.ClockSkew(metrics.Telegram, -2*time.Second)
	m.Build(metrics.Build{Version: "v1.2.3", Commit: "abc", Go: "go1.26"})
	page := scrape(t, m, nothing)
	for _, want := range []string{
		`tgl_http_requests_total{code="303",method="GET",route="/login/telegram"} 1`,
		`tgl_http_request_duration_seconds_bucket{route="/login/telegram",le="0.025"} 1`,
		`tgl_refusals_total{reason="expired"} 1`,
		`tgl_rate_limited_total{limit="login"} 1`,
		`tgl_panics_total 1`,
		`tgl_logins_total{reason="expired",result="refused"} 1`,
		`tgl_assertion_age_seconds_bucket{le="60"} 1`,
		`tgl_session_events_total{event="ended_by_owner"} 3`,
		`tgl_downloads_total 1`,
		`tgl_account_deletions_total 1`,
		`tgl_write_access_events_total{source="my_chat_member",state="blocked"} 1`,
		`tgl_updates_total{result="repeated"} 1`,
		`tgl_messages_total{class="welcome",outcome="sent"} 1`,
		`tgl_bot_api_answers_total{code="429",method="sendMessage"} 1`,
		`tgl_bot_api_duration_seconds_sum{method="sendMessage"} 1`,
		`tgl_db_query_duration_seconds_count{result="failed"} 1`,
		`tgl_db_acquire_duration_seconds_count 1`,
		`tgl_db_pool_connections{state="max"} 8`,
		`tgl_queue_jobs{state="available"} 4`,
		`tgl_queue_oldest_seconds 5`,
		`tgl_ready 1`,
		`tgl_schema_version 17`,
		`tgl_clock_skew_seconds{against="telegram"} -2`,
		`tgl_build_info{commit="abc",go="go1.26",version="v1.2.3"} 1`,
		`go_goroutines `,
		`process_resident_memory_bytes `,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestMetrics_askBeforeEachScrapeAndNotForEver(t *testing.T) {
	t.Parallel()
	m := metrics.New()
	asked := 0
	look := func(ctx context.Context) {
		asked++
		m.SchemaVersion(uint(asked))
		if _, bounded := ctx.Deadline(); !bounded {
			t.Error("looking things up may take for ever")
		}
	}
	scrape(t, m, look)
	if page := scrape(t, m, look); !strings.Contains(page, "tgl_schema_version 2") {
		t.Error("the second scrape does not show what is now")
	}
}

// The alert rules are checked against these names, so they have to be all.
func TestNames_areThoseThatAreShown(t *testing.T) {
	t.Parallel()
	m := metrics.New()
	m.Build(metrics.Build{})
	names := metrics.Names()
	for _, shown := range regexp.MustCompile(`(?m)^# TYPE (\S+)`).FindAllStringSubmatch(scrape(t, m, nothing), -1) {
		if !slices.Contains(names, shown[1]) {
			t.Errorf("%s is shown and not among the names", shown[1])
		}
	}
	for _, want := range []string{"tgl_build_info", "tgl_http_request_duration_seconds", "go_goroutines"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s among %q", want, names)
		}
	}
}
