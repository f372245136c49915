package app_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/telegram-login/internal/devpg/pgtest"
)

func TestAdmin_showsWhatHappened(t *testing.T) {
	t.Parallel()
	cfg := config(t, pgtest.URL(t))
	admin := withAdmin(t, &cfg)
	site := start(t, cfg)
	link := site.url + loginPath()
	signedIn := get(t, browser(t), link, nil)
	get(t, browser(t), link, nil)
	get(t, browser(t), link+"0", nil)
	get(t, browser(t), site.url+"/nowhere-canary", nil)
	get(t, browser(t), site.url+"/account", http.Header{"Cookie": {"session=" + sessionCookie(signedIn.cookies).Value}})

	page := get(t, browser(t), admin+"/metrics", nil).page
	for _, want := range []string{
		`tgl_logins_total{reason="",result="signed_in"} 1`,
		`tgl_logins_total{reason="link_used",result="refused"} 1`,
		`tgl_logins_total{reason="malformed",result="refused"} 1`,
		`tgl_refusals_total{reason="not_found"} 1`,
		`tgl_session_events_total{event="started"} 1`,
		`tgl_http_requests_total{code="303",method="GET",route="/login/telegram"} 1`,
		`tgl_http_requests_total{code="404",method="GET",route="(none)"} 1`,
		`tgl_http_requests_total{code="200",method="GET",route="/account"} 1`,
		`tgl_assertion_age_seconds_count 2`,
		`tgl_ready 1`,
		`tgl_clock_skew_seconds{against="database"}`,
		`tgl_db_pool_connections{state="max"}`,
		`tgl_queue_jobs{state="scheduled"}`,
		`tgl_build_info{`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(page, `tgl_db_query_duration_seconds_count{result="ok"} 0`) || !strings.Contains(page, `tgl_db_query_duration_seconds_count{result="ok"}`) {
		t.Error("no query was counted")
	}
	for _, secret := range []string{"canary", "Anna", botToken} {
		if strings.Contains(page, secret) {
			t.Errorf("the metrics hold %q", secret)
		}
	}
}

// Profiles hold what is in the memory: no mistake in the public routes may lead to
// them.
func TestAdmin_isNotAmongThePublicAddresses(t *testing.T) {
	t.Parallel()
	cfg := config(t, pgtest.URL(t))
	admin := withAdmin(t, &cfg)
	site := start(t, cfg)
	for _, path := range []string{"/metrics", "/version", "/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/cmdline"} {
		if got := get(t, browser(t), admin+path, nil); got.status != http.StatusOK {
			t.Errorf("%s for the operator: %d", path, got.status)
		}
		if got := get(t, browser(t), site.url+path, nil); got.status != http.StatusNotFound {
			t.Errorf("%s for visitors: %d", path, got.status)
		}
	}
}
