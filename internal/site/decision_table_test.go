package site_test

import (
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The rules' decision table stands in the documentation of package auth, for
// people. Each of its rows is run here against the real site, so that it cannot
// become untrue.
func TestDecisionTable_everyRowHolds(t *testing.T) {
	t.Parallel()
	rows := readDecisionTable(t)
	if len(rows) < 20 {
		t.Fatalf("only %d rows found", len(rows))
	}
	for _, row := range rows {
		t.Run(row.arrives+", "+row.browser, func(t *testing.T) {
			t.Parallel()
			row.check(t)
		})
	}
}

type decision struct {
	arrives, browser, status, page, written string
}

func readDecisionTable(t *testing.T) []decision {
	t.Helper()
	content, err := os.ReadFile("../auth/doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var rows []decision
	for line := range strings.Lines(string(content)) {
		cells := strings.Split(strings.TrimPrefix(strings.TrimSpace(line), "//"), "|")
		if len(cells) != 5 {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if cells[0] == "arrives" || strings.HasPrefix(cells[0], "---") {
			continue
		}
		rows = append(rows, decision{cells[0], cells[1], cells[2], cells[3], cells[4]})
	}
	return rows
}

// headings is how the pages of the table are told apart.
var headings = map[string]string{
	"plain visit": "Telegram did not tell us who you are",
	"malformed":   "This is not a login link",
	"not valid":   "This login is not valid",
	"expired":     "This login link has expired",
	"clock":       "Our clock and Telegram’s do not agree",
	"confirm":     "Continue as Anna?",
	"used":        "This login link was used before",
	"not now":     "Not now",
	"too many":    "Too many tries for the moment",
	"not a visit": "This address is for visiting",
}

func (d decision) check(t *testing.T) {
	t.Helper()
	var settings []setting
	if strings.Contains(d.browser, "always confirm") {
		settings = append(settings, alwaysConfirm)
	}
	w := newWorld(t, settings...)
	b := w.newBrowser()
	header := d.prepareBrowser(t, w, b)
	query := d.prepareLink(t, w, b)
	if strings.Contains(d.browser, "vouched") {
		query.Set("state", b.startAttempt(""))
	}

	before := w.rows()
	method := http.MethodGet
	if strings.HasSuffix(d.arrives, "by HEAD") {
		method = http.MethodHead
	}
	address := "/login/telegram?" + strings.ReplaceAll(query.Encode(), "%25zz", "%zz")
	got := b.send(method, address, header, nil)

	if strconv.Itoa(got.StatusCode) != d.status {
		t.Errorf("status %d, the table says %s (%s)", got.StatusCode, d.status, got.heading())
	}
	d.checkPage(t, b, got)
	notes := w.count("activity WHERE kind = 'link_refused'")
	if (notes == 1) != (d.written == "a note") {
		t.Errorf("%d notes; the table says %s is written", notes, d.written)
	}
	w.exec("DELETE FROM activity WHERE kind = 'link_refused'") // Nothing else has changed.
	if changed := w.rows() != before; changed != (d.written == "sign-in") {
		t.Errorf("rows before %s, after %s; the table says %s is written", before, w.rows(), d.written)
	}
	if d.written == "sign-in" {
		if page := b.get("/account"); !strings.Contains(page.body, `<dd id="first-name"><bdi>Anna</bdi></dd>`) {
			t.Errorf("not signed in as Anna: %s %s", page.Status, page.heading())
		}
	}
}

func (d decision) checkPage(t *testing.T, b *browser, got answer) {
	t.Helper()
	switch heading, isPage := headings[d.page]; {
	case isPage:
		if got.heading() != heading {
			t.Errorf("page %q, the table says %q", got.heading(), heading)
		}
	case d.page == "account":
		if led := b.leadsTo(got); led != "/account" {
			t.Errorf("redirect to %q, the table says the account", led)
		}
	case d.page == "-":
	default:
		t.Errorf("the table names a page that this test does not know: %s", d.page)
	}
}

// prepareBrowser makes the browser what the row says, and returns the headers
// that it sends with the visit.
func (d decision) prepareBrowser(t *testing.T, w *world, b *browser) http.Header {
	t.Helper()
	header := http.Header{"Sec-Fetch-Site": {"none"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}}
	for part := range strings.SplitSeq(d.browser, ", ") {
		switch part {
		case "signed out", "vouched", "always confirm":
		case "signed in as the person":
			if d.arrives != "used link" { // Using the link signs in.
				b.signIn(anna)
			}
		case "signed in as another":
			b.signIn(boris)
		case "of whom failed too often":
			defer b.failLogins(60) // Last: time passes below, and the bucket fills up.
		case "from another site":
			header.Set("Sec-Fetch-Site", "cross-site")
		case "prefetching":
			header.Set("Sec-Purpose", "prefetch;prerender")
		case "loading an image":
			header.Set("Sec-Fetch-Mode", "no-cors")
			header.Set("Sec-Fetch-Dest", "image")
		case "preview crawler":
			header = http.Header{"User-Agent": {"TelegramBot (like TwitterBot)"}}
		default:
			t.Fatalf("the table names a browser that this test does not know: %s", part)
		}
	}
	// A link of its own second, and so one of its own; and so much later that a
	// look at the session would be noted.
	w.pass(2 * time.Minute)
	return header
}

func (d decision) prepareLink(t *testing.T, w *world, b *browser) url.Values {
	t.Helper()
	query := w.query(anna, 0)
	switch strings.TrimSuffix(d.arrives, " by HEAD") {
	case "fresh link":
	case "no data":
		return url.Values{"utm_source": {"chat"}}
	case "unreadable query":
		query.Set("id", "%zz")
	case "half the data":
		query.Del("hash")
	case "a field twice":
		query.Add("id", "42")
	case "changed field":
		query.Set("first_name", "Mallory")
	case "old link":
		query = w.query(anna, 5*time.Minute+2*time.Second)
	case "link of tomorrow":
		query = w.query(anna, -24*time.Hour)
	case "used link":
		user := w.newBrowser()
		if strings.Contains(d.browser, "signed in as the person") {
			user = b
		}
		if a := user.arrive(query); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("use the link: %s", a.Status)
		}
	default:
		t.Fatalf("the table names a visit that this test does not know: %s", d.arrives)
	}
	return query
}
