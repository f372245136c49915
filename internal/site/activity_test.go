package site_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"example.com/telegram-login/internal/users"
)

var activityEntry = regexp.MustCompile(`<li data-kind="(\w+)" data-detail="(\w*)">`)

func (a answer) activity() []string {
	var told []string
	for _, entry := range activityEntry.FindAllStringSubmatch(a.body, -1) {
		told = append(told, strings.TrimSuffix(entry[1]+" "+entry[2], " "))
	}
	return told
}

func TestActivity_tellsWhatHappened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	w.allow(anna)
	b.signIn(anna)
	b.post("/account/notifications", map[string][]string{"on": {"0"}})
	w.newBrowser().arrive(w.query(anna, 1<<40)) // Somebody has found an old link.
	b.post("/account/data/download", nil)

	page := b.get("/account/activity")

	want := "data_downloaded, link_refused expired, notifications_off, signed_in button, write_access allowed_connected_website"
	got := page.activity()
	if len(got) != 5 {
		t.Fatalf("%v: %s", got, page.body)
	}
	for entry := range strings.SplitSeq(want, ", ") {
		if !strings.Contains(strings.Join(got, ", "), entry) {
			t.Errorf("%q is missing in %v", entry, got)
		}
	}
	if !strings.Contains(page.body, "If it was not you who opened it, somebody may have found the link.") {
		t.Error("the refusal is not explained")
	}
}

func TestActivity_isReadInPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	w.exec(`INSERT INTO activity (account_id, kind, at) SELECT a.id, 'session_ended', to_timestamp($1) - n * interval '1 minute'
		FROM accounts a, generate_series(1, 59) n`, w.now().Unix())
	path, total, pages := "/account/activity", 0, 0
	for path != "" && pages < 10 {
		page := b.get(path)
		pages++
		total += len(page.activity())
		if _, back := page.element("newest"); back != (pages > 1) {
			t.Errorf("page %d: a way to the newest: %t", pages, back)
		}
		older, _ := page.element("older")
		path = older.attribute("href")
	}
	if total != 60 || pages != 3 {
		t.Errorf("%d entries on %d pages, want 60 on 3", total, pages)
	}
}

func TestActivity_ofOthersIsTheirs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine, theirs := w.newBrowser(), w.newBrowser()
	mine.signIn(anna)
	w.learn(boris, users.WriteAccessBlocked, users.FromMyChatMember, w.now())
	theirs.signIn(boris)
	theirs.post("/account/data/download", nil)
	if got := mine.get("/account/activity").activity(); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

func TestActivity_refusesAnAddressThatIsNoPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	for _, before := range []string{"x", "1", "1-1-1-1-1", "-1-0-0-1", "99999999999999999999-0-0-1", "1-0-0-1%00", strings.Repeat("1", 4000)} {
		if got := b.get("/account/activity?before=" + before); got.StatusCode != http.StatusBadRequest || got.Header.Get("X-Refusal") != "bad_form" {
			t.Errorf("%.20q: %s", before, got.Status)
		}
	}
}
