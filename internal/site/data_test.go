package site_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestDownload_isAFileOfTheVisitorsOwnData(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.allow(anna)
	mine, theirs := w.newBrowser(), w.newBrowser()
	mine.signIn(anna)
	theirs.signIn(boris)

	got := mine.post("/account/data/download", nil)

	if got.StatusCode != http.StatusOK || got.Header.Get("Content-Type") != "application/json; charset=utf-8" ||
		got.Header.Get("Content-Disposition") != `attachment; filename="telegram-login-2027-01-15.json"` || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s %v", got.Status, got.Header)
	}
	var file map[string][]map[string]any
	if err := json.Unmarshal([]byte(got.body), &file); err != nil {
		t.Fatal(err)
	}
	if file["accounts"][0]["first_name"] != "Anna" || len(file["sessions"]) != 1 || len(file["write_access_events"]) != 1 {
		t.Errorf("%v", file)
	}
	if last := file["activity"][len(file["activity"])-1]; last["kind"] != "data_downloaded" {
		t.Errorf("the download itself is not among the activity: %v", file["activity"])
	}
	if strings.Contains(got.body, "Boris") {
		t.Error("somebody else's data is in it")
	}
}

func TestDownload_isForWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.rows()
	if got := w.newBrowser().post("/account/data/download", nil); got.location() != "/login?next=%2Faccount" {
		t.Errorf("%s to %q", got.Status, got.location())
	}
	if got := w.newBrowser().get("/account/data/download"); got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("by a link: %s", got.Status)
	}
	if w.rows() != before {
		t.Error("something was written")
	}
}
