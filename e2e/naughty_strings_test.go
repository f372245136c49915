package e2e_test

import (
	"crypto/hmac"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/naughty-strings/blns.json
var naughtyStrings []byte

// layoutMarkers reports what is wrong with the frame of a page: a name must not
// break out of it.
const layoutMarkers = `(() => {
	const wrong = [];
	for (const [part, n] of [["body > header.bar", 1], ["body > main", 1], ["body > footer", 1], ["main h1", 1], ["main dl.facts", 1], ["main form", 1], ["script, iframe, object, embed, style, link[href*='//']", 0]])
		if (document.querySelectorAll(part).length !== n) wrong.push(part);
	const main = document.querySelector("main").getBoundingClientRect();
	if (main.left < 0 || main.right > innerWidth) wrong.push("main is out of the window");
	if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page is wider than the window");
	return wrong;
})()`

// Each of the strings is somebody's first name, last name and username.
func TestNaughtyStrings_asNamesBreakNoPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all []string
	if err := json.Unmarshal(naughtyStrings, &all); err != nil || len(all) != 515 {
		t.Fatalf("%d strings, %v", len(all), err)
	}
	v := w.newVisitor(t)
	ask(v, chromedp.EmulateViewport(360, 800))
	signedIn, refused := 0, 0
	for i, text := range all {
		name := url.Values{}
		if text != "" { // Telegram leaves out what somebody does not have.
			name = url.Values{"first_name": {text}, "last_name": {text}, "username": {text}}
		}
		cookie, status := w.signInAs(t, int64(i+1), name)
		switch {
		case cookie != nil:
			signedIn++
			v.setCookie(cookie.Name, cookie.Value)
			v.mustShowTheFrame(i)
		case status == http.StatusBadRequest:
			refused++
		default:
			t.Errorf("%d: %q: %d", i, name, status)
		}
	}
	if signedIn < 490 {
		t.Errorf("only %d of %d were signed in", signedIn, len(all))
	}
	t.Logf("%d strings in each of three fields: %d signed in and shown, %d refused for control characters or length", len(all), signedIn, refused)
}

func (v *visitor) mustShowTheFrame(i int) {
	v.t.Helper()
	v.pages = nil // Hundreds would be kept.
	v.mustBe(v.visit("/account"), http.StatusOK, "Your account")
	if wrong := ask(v, chromedp.Evaluate[[]string](layoutMarkers)); len(wrong) > 0 {
		v.t.Errorf("%d: %v\n%s", i, wrong, v.lastPage())
	}
}

// signedQuery is what Telegram adds to the address for somebody with these fields.
func (w *world) signedQuery(id int64, fields url.Values) string {
	fields.Set("id", strconv.FormatInt(id, 10))
	fields.Set("auth_date", strconv.FormatInt(time.Now().Unix(), 10))
	var lines []string
	for key := range fields {
		lines = append(lines, key+"="+fields.Get(key))
	}
	slices.Sort(lines)
	secret := sha256.Sum256([]byte(w.canaries["bot token"]))
	mac := hmac.New(sha256.New, secret[:])
	mac.Write([]byte(strings.Join(lines, "\n")))
	fields.Set("hash", hex.EncodeToString(mac.Sum(nil)))
	return fields.Encode()
}

// signInAs signs somebody in as Telegram would, without a browser, and returns the
// session's cookie, or nil and the status of the refusal.
func (w *world) signInAs(t *testing.T, id int64, fields url.Values) (*http.Cookie, int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.site+"/login/telegram?"+w.signedQuery(id, fields), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(req) // Follows nothing.
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for _, cookie := range resp.Cookies() {
		if cookie.Name == "session" {
			return cookie, resp.StatusCode
		}
	}
	return nil, resp.StatusCode
}
