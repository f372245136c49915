package app_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/devpg/pgtest"
)

// withAdmin gives the site an admin listener, and returns its address.
func withAdmin(t *testing.T, cfg *app.Config) string {
	t.Helper()
	cfg.AdminListener = listen(t)
	return "http://" + cfg.AdminListener.Addr().String()
}

// hurrying gives the clock of the site a jump with each look at it, so that no
// answer is kept.
func hurrying() func() time.Time {
	var jumps atomic.Int64
	return func() time.Time { return time.Now().Add(time.Duration(jumps.Add(1)) * time.Millisecond * 1100) }
}

func wantReady(t *testing.T, address string, want int, why string) {
	t.Helper()
	got := get(t, browser(t), address+"/readyz", nil)
	if got.status != want {
		t.Errorf("%s: /readyz is %d, want %d: %s", why, got.status, want, got.page)
	}
}

func TestRun_isReadyWhenItsDatabaseHasTheSchemaThatItNeeds(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	cfg := config(t, databaseURL)
	cfg.Now = hurrying()
	admin := withAdmin(t, &cfg)
	site := start(t, cfg)
	both := func(want int, why string) {
		t.Helper()
		wantReady(t, site.url, want, why)
		wantReady(t, admin, want, why)
	}
	both(http.StatusOK, "as migrated")
	for _, step := range []struct {
		change string
		want   int
		why    string
	}{
		{"version = version - 1", http.StatusServiceUnavailable, "a schema that is too old"},
		{"version = version + 1, dirty = true", http.StatusServiceUnavailable, "our own migration failed half-way"},
		{"version = version + 1", http.StatusOK, "a newer release is migrating"},
		{"dirty = false", http.StatusOK, "a newer release has migrated"},
	} {
		change(t, databaseURL, "UPDATE schema_migrations SET "+step.change)
		both(step.want, step.why)
	}
	change(t, databaseURL, "DROP TABLE schema_migrations")
	both(http.StatusServiceUnavailable, "no schema")
	if got := get(t, browser(t), admin+"/livez", nil); got.status != http.StatusOK {
		t.Errorf("/livez is %d: restarting the site mends no database", got.status)
	}
	if page := get(t, browser(t), admin+"/metrics", nil).page; !strings.Contains(page, "tgl_ready 0") {
		t.Error("the metrics say that it is ready")
	}
}

// Whoever asks in a loop costs no query.
func TestRun_asksTheDatabaseAtMostOnceASecondWhetherItIsReady(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	cfg := config(t, databaseURL)
	now := time.Now()
	cfg.Now = func() time.Time { return now }
	site := start(t, cfg)
	wantReady(t, site.url, http.StatusOK, "as migrated")
	change(t, databaseURL, "DROP TABLE schema_migrations")
	wantReady(t, site.url, http.StatusOK, "within the same second")
}
