package site_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/site"
)

// everyAnswer is one request for each kind of answer that the site gives.
var everyAnswer = map[string]struct {
	method, path string
	header       http.Header
	status       int
}{
	"home":            {"GET", "/", nil, 200},
	"login":           {"GET", "/login", nil, 200},
	"account":         {"GET", "/account", nil, 303},
	"privacy":         {"GET", "/privacy", nil, 200},
	"language":        {"POST", "/language", nil, 400},
	"sessions":        {"GET", "/account/sessions", nil, 303},
	"end session":     {"POST", "/account/sessions/end", nil, 303},
	"end others":      {"POST", "/account/sessions/end-others", nil, 303},
	"messages":        {"GET", "/account/messages", nil, 303},
	"activity":        {"GET", "/account/activity", nil, 303},
	"data":            {"GET", "/account/data", nil, 303},
	"download":        {"POST", "/account/data/download", nil, 303},
	"ask to delete":   {"GET", "/account/delete", nil, 303},
	"delete":          {"POST", "/account/delete", nil, 303},
	"deleted":         {"GET", "/deleted", nil, 404},
	"cookie not kept": {"GET", "/login/done", nil, 400},
	"plain visit":     {"GET", "/login/telegram", nil, 200},
	"malformed":       {"GET", "/login/telegram?id=1", nil, 400},
	"bad signature":   {"GET", "/login/telegram?id=1&auth_date=1&hash=" + strings.Repeat("0", 64), nil, 403},
	"nothing pending": {"POST", "/login/confirm", nil, 409},
	"logout":          {"POST", "/logout", nil, 303},
	"cross-site":      {"POST", "/logout", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
	"notifications":   {"POST", "/account/notifications", nil, 303},
	"test message":    {"POST", "/account/test-message", nil, 303},
	"update":          {"POST", "/telegram/webhook", http.Header{site.WebhookSecretHeader: {webhookSecret}}, 400},
	"forged update":   {"POST", "/telegram/webhook", nil, 401},
	"not found":       {"GET", "/nowhere", nil, 404},
	"wrong method":    {"DELETE", "/account", nil, 405},
	"login by HEAD":   {"HEAD", "/login/telegram", nil, 405},
	"start by HEAD":   {"HEAD", "/login", nil, 200},
	"home by HEAD":    {"HEAD", "/", nil, 200},
	"unknown method":  {"BREW", "/", nil, 405},
	"alive":           {"GET", "/livez", nil, 200},
	"ready":           {"GET", "/readyz", nil, 200},
	"no static file":  {"GET", "/static/nothing.css", nil, 404},
	"prefetch":        {"GET", "/login/telegram", http.Header{"Purpose": {"prefetch"}}, 503},
}

func TestEveryAnswer_carriesTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onHTTPS)
	for name, test := range everyAnswer {
		got := w.newBrowser().send(test.method, test.path, test.header, nil)
		if got.StatusCode != test.status {
			t.Errorf("%s: %s, want %d", name, got.Status, test.status)
		}
		for header, want := range map[string]string{
			"Content-Security-Policy":      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Embedder-Policy": "require-corp",
			"Permissions-Policy":           "accelerometer=()",
			"Cache-Control":                "no-store",
			"Strict-Transport-Security":    "max-age=31536000",
		} {
			if !strings.HasPrefix(got.Header.Get(header), want) {
				t.Errorf("%s: %s: %q, want %q", name, header, got.Header.Get(header), want)
			}
		}
		wantReferrer := "same-origin"
		if strings.HasPrefix(test.path, "/login/telegram") && test.method == http.MethodGet {
			wantReferrer = "no-referrer"
		}
		if got.Header.Get("Referrer-Policy") != wantReferrer {
			t.Errorf("%s: Referrer-Policy %q", name, got.Header.Get("Referrer-Policy"))
		}
		for _, header := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
			if got.Header.Get(header) != "" {
				t.Errorf("%s: header %s is there", name, header)
			}
		}
	}
}

func TestPlainHTTP_promisesNoHTTPS(t *testing.T) {
	t.Parallel()
	got := newWorld(t).newBrowser().get("/")
	if got.Header.Get("Strict-Transport-Security") != "" || strings.Contains(got.Header.Get("Content-Security-Policy"), "upgrade") {
		t.Errorf("headers %v would send a laptop to https", got.Header)
	}
}

func TestCrossOriginForms_areRefusedByTwoHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := map[string]struct {
		header http.Header
		want   int
	}{
		"same origin":               {http.Header{"Sec-Fetch-Site": {"same-origin"}}, 303},
		"typed by the visitor":      {http.Header{"Sec-Fetch-Site": {"none"}}, 303},
		"no browser":                {nil, 303},
		"our origin, old browser":   {http.Header{"Origin": {w.url}}, 303},
		"cross-site":                {http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		"sibling host":              {http.Header{"Sec-Fetch-Site": {"same-site"}}, 403},
		"other origin, old browser": {http.Header{"Origin": {"https://evil.example"}}, 403},
		"null origin":               {http.Header{"Origin": {"null"}}, 403},
		"a lie about the site":      {http.Header{"Sec-Fetch-Site": {"whatever"}}, 403},
	}
	for name, test := range tests {
		b := w.newBrowser()
		b.signIn(anna)
		if got := b.send(http.MethodPost, "/logout", test.header, nil); got.StatusCode != test.want {
			t.Errorf("%s: %s", name, got.Status)
		}
		if isSignedIn(b) != (test.want == 403) {
			t.Errorf("%s: signed in = %t afterwards", name, isSignedIn(b))
		}
	}
}

// A proxy that ends TLS speaks plain http to us and may use another host name.
func TestForms_workBehindAProxyThatEndsTLS(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onHTTPS)
	for origin, want := range map[string]int{"https://site.example": 303, "https://evil.example": 403} {
		header := http.Header{"Origin": {origin}}
		if got := w.newBrowser().send(http.MethodPost, "/logout", header, nil); got.StatusCode != want {
			t.Errorf("origin %s: %s, want %d", origin, got.Status, want)
		}
	}
}

// The query of a login link must not be written into another address.
func TestLoginAddress_isNotMendedByARedirect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/login/telegram/", "//login/telegram", "/LOGIN/telegram"} {
		got := w.newBrowser().get(path + "?" + w.query(anna, 0).Encode())
		if got.StatusCode != http.StatusNotFound || got.location() != "" {
			t.Errorf("%s: %s to %q", path, got.Status, got.location())
		}
	}
}

func TestLoginAddress_knowsVisitsFromOtherRequests(t *testing.T) {
	t.Parallel()
	visit := func(site, mode, dest string) http.Header {
		return http.Header{"Sec-Fetch-Site": {site}, "Sec-Fetch-Mode": {mode}, "Sec-Fetch-Dest": {dest}}
	}
	tests := map[string]struct {
		header http.Header
		want   int
	}{
		"an app":                 {visit("none", "navigate", "document"), 303},
		"an old browser":         {nil, 303},
		"a sibling host":         {visit("same-site", "navigate", "document"), 303},
		"our own page":           {visit("same-origin", "navigate", "document"), 303},
		"another site":           {visit("cross-site", "navigate", "document"), 200},
		"an unknown word":        {visit("elsewhere", "navigate", "document"), 200},
		"an image":               {visit("cross-site", "no-cors", "image"), 403},
		"a frame":                {visit("cross-site", "navigate", "iframe"), 403},
		"a fetch":                {visit("same-origin", "cors", "empty"), 403},
		"a prefetch":             {http.Header{"Sec-Purpose": {"prefetch"}}, 503},
		"an anonymous prefetch":  {http.Header{"Sec-Purpose": {"prefetch;anonymous-client-ip"}}, 503},
		"a Safari preview":       {http.Header{"Purpose": {"preview"}}, 503},
		"Telegram's crawler":     {http.Header{"User-Agent": {"TelegramBot (like TwitterBot)"}}, 200},
		"Facebook's crawler":     {http.Header{"User-Agent": {"facebookexternalhit/1.1"}}, 200},
		"Pinterest's browser":    {http.Header{"User-Agent": {"Mozilla/5.0 (iPhone) Mobile/15E148 [Pinterest/iOS]"}}, 303},
		"Telegram's own browser": {http.Header{"User-Agent": {"Mozilla/5.0 (Linux; Android 15) Telegram-Android/12.1"}}, 303},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := w.newBrowser()
			query := w.query(anna, 0)
			before := w.rows()
			got := b.send(http.MethodGet, "/login/telegram?"+query.Encode(), test.header, nil)
			if got.StatusCode != test.want {
				t.Errorf("%s, want %d", got.Status, test.want)
			}
			if test.want == 303 {
				return
			}
			if w.rows() != before {
				t.Errorf("something was written: %s", w.rows())
			}
			if after := w.newBrowser().arrive(query); after.StatusCode != http.StatusSeeOther {
				t.Errorf("the link was used up: %s", after.Status)
			}
		})
	}
}

// A closed database cannot answer a query: whatever gets its proper answer now
// has sent none (R10, T19).
func TestRefusals_costNoQuery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fresh := w.query(anna, 0)
	signedIn := w.newBrowser()
	signedIn.signIn(boris)
	w.db.Close()
	change := func(key, value string) string {
		q, _ := url.ParseQuery(fresh.Encode())
		q.Set(key, value)
		return q.Encode()
	}
	for query, want := range map[string]int{
		"":                                      200,
		"utm_source=x":                          200,
		"id=42":                                 400,
		fresh.Encode() + "&id=43":               400,
		change("id", "43"):                      403,
		change("hash", strings.Repeat("f", 64)): 403,
		w.query(anna, 6*time.Minute).Encode():   403,
		w.query(anna, -2*time.Minute).Encode():  403,
		change("first_name", "A\nid=1"):         400,
	} {
		for name, b := range map[string]*browser{"signed out": w.newBrowser(), "signed in": signedIn} {
			if got := b.get("/login/telegram?" + query); got.StatusCode != want {
				t.Errorf("%s, %.60s: %s, want %d", name, query, got.Status, want)
			}
		}
	}
	if got := w.newBrowser().arrive(fresh); got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "" {
		t.Errorf("a good link without a database: %s", got.Status)
	}
}

// The published vectors, over HTTP: a clear answer to each, and never a 5xx.
func TestVectors_eachGetsTheStatusOfItsVerdict(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../auth/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Name, Query, Verdict string
			Tokens               []string
			Clock                int64
		}
	}
	if err := json.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, behindProxy) // So many failures do not come from one address.
	sent := 0
	for _, v := range file.Vectors {
		if len(v.Tokens) != 1 || v.Tokens[0] != botToken {
			continue
		}
		sent++
		w.clock.Store(v.Clock)
		want := map[string][]int{
			"accepted": {303, 409}, // Some vectors are one link in two spellings.
			"plain":    {200}, "malformed": {400}, "bad_signature": {403}, "expired": {403}, "future": {403},
		}[v.Verdict]
		got := w.rawGet(addressOf(sent), "/login/telegram?"+v.Query)
		if !slices.Contains(want, got) {
			t.Errorf("%s: status %d, want %v", v.Name, got, want)
		}
	}
	if sent < 150 {
		t.Errorf("only %d vectors sent", sent)
	}
}

func TestForm_thatIsTooLargeOrBrokenIsRefused(t *testing.T) {
	t.Parallel()
	b := newWorld(t).newBrowser()
	large := b.post("/login/confirm", url.Values{"pending": {strings.Repeat("x", 100<<10)}})
	if large.StatusCode != http.StatusBadRequest || large.heading() != "We could not read that" {
		t.Errorf("large form: %s %s", large.Status, large.heading())
	}
	broken := b.post("/login/confirm?pending=%zz", nil)
	if broken.StatusCode != http.StatusBadRequest {
		t.Errorf("broken form: %s %s", broken.Status, broken.heading())
	}
}
