package site_test

import (
	"net/http"
	"strings"
	"testing"
)

// A query is read by nobody before its length is known (T19). The login address
// has a rule of its own, which names what was wrong (R2).
func TestQuery_thatIsTooLongIsRefusedEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.db.Close() // Nothing is asked of it.
	limit := "?x=" + strings.Repeat("y", 4096-2)
	for name, test := range everyAnswer {
		path, _, _ := strings.Cut(test.path, "?")
		got := w.newBrowser().send(test.method, path+limit+"y", test.header, nil)
		want := http.StatusRequestURITooLong
		switch {
		case path != "/login/telegram":
		case test.method == http.MethodHead:
			want = http.StatusMethodNotAllowed // R6.
		case test.header.Get("Purpose") != "":
			want = http.StatusServiceUnavailable
		default:
			want = http.StatusBadRequest
		}
		if got.StatusCode != want {
			t.Errorf("%s: %s, want %d", name, got.Status, want)
		}
		if want == http.StatusRequestURITooLong && (got.Header.Get("X-Refusal") != "query_too_long" ||
			got.Header.Get("Content-Security-Policy") == "" || len(got.body) > 10_000) {
			t.Errorf("%s: %q with %d bytes and %v", name, got.Header.Get("X-Refusal"), len(got.body), got.Header)
		}
	}
	for _, path := range []string{"/", "/login", "/privacy", "/livez"} {
		if got := w.newBrowser().get(path + limit); got.StatusCode != http.StatusOK {
			t.Errorf("%s with a query just as long as allowed: %s", path, got.Status)
		}
	}
	if log := w.log.String(); !strings.Contains(log, `"reason":"malformed:query_too_long"`) || strings.Contains(log, "yyyy") {
		t.Error("the log does not name the reason, or shows the query")
	}
}
