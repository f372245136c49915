package telegramsim

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// What a bot sends is taken as what it can be, or refused with Telegram's kind of error: a keyboard is made of
// whole buttons, an address in it leads to the web, and a login button to the bot's own domain.
func FuzzBotAPI_takesWholeCallsOnly(f *testing.F) {
	sim, err := New(Config{
		Bots:      []Bot{{Token: DefaultToken, Username: DefaultUsername, Name: DefaultName, Domain: "localhost"}},
		PublicURL: "http://localhost:8081",
		Now:       func() time.Time { return time.Unix(1_700_000_000, 0) },
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(sim.Close)
	const form, multi = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
	for _, body := range []string{
		`{}`, `null`, `[]`, `{`, `{"chat_id":7,"text":"a"}`, `{"text":null}`, `{"text":"\ud800"}`, `{"limit":-1,"timeout":99999999999999999999}`, `{"allowed_updates":["message",7]}`,
		`{"reply_markup":"{\"inline_keyboard\":[[{\"text\":\"Log in\",\"login_url\":{\"url\":\"http://localhost:8080/\",\"request_write_access\":true}}]]}"}`,
		`{"reply_markup":{"inline_keyboard":[[{"text":"a","login_url":{"url":"https://evil.example/"}}]]}}`,
		`{"reply_markup":{"inline_keyboard":[[{"text":"a","login_url":{"url":"http://localhost","bot_username":"@` + DefaultUsername + `"}}],[]]}}`,
		`{"reply_markup":{"inline_keyboard":[[{"text":"a","url":"tg://user?id=1"},{"text":"b","callback_data":"x"}]]}}`,
		`{"reply_markup":{"inline_keyboard":[[{"text":"a","url":"javascript:alert(1)"}]]}}`, `{"reply_markup":{"inline_keyboard":[[{"text":"","url":"http://x"}]]}}`,
		`{"reply_markup":{"inline_keyboard":[[{"text":"a","callback_data":"` + strings.Repeat("x", 65) + `"}]]}}`, `{"reply_markup":{"inline_keyboard":[[null]]}}`, `{"reply_markup":{"inline_keyboard":7}}`,
		`{"reply_markup":{"remove_keyboard":true}}`, `{"reply_markup":{"inline_keyboard":[[{"text":7}]]}}`,
	} {
		f.Add("application/json", "", body, "429:5")
	}
	f.Add(form, "offset=1", "limit=x&reply_markup=%7B%7D", "")
	f.Add(form, "%zz", "a=b;c", "slow:60000")
	f.Add(multi, "", "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\na\r\n--b--\r\n", "502")
	f.Add(multi, "", "--b\r\n", "slow:60001")
	f.Add("", "", "x", "429:")
	f.Add(";;;", "", "", "429:-1")
	f.Fuzz(func(t *testing.T, contentType, query, body, entry string) {
		if mix, err := parseTrouble(entry); err == nil && (mix.wait < 0 || mix.wait > maxSlow || mix.retryAfter < 0 || time.Duration(mix.retryAfter)*time.Second > maxRetryAfter) {
			t.Fatalf("%q is %+v", entry, mix)
		}
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", contentType)
		p, fail := readParams(r)
		if fail != nil {
			mustBeRefusal(t, fail)
			return
		}
		for name, value := range p {
			if !utf8.ValidString(value) {
				t.Fatalf("%q is %q", name, value)
			}
		}
		wish, fail := readPoll(p)
		mustBeRefusal(t, fail)
		if fail == nil && (wish.limit < 1 || wish.limit > 100 || wish.timeout < 0 || wish.timeout > 50*time.Second) {
			t.Fatalf("polls with %+v", wish)
		}
		rows, fail := sim.parseKeyboard(p["reply_markup"], sim.bots[0])
		mustBeRefusal(t, fail)
		for i, b := range slices.Concat(rows...) {
			mustBeWhole(t, i+1, b)
		}
	})
}

func mustBeRefusal(t *testing.T, fail *apiError) {
	t.Helper()
	if fail != nil && (fail.code != 400 && fail.code != 413 || strings.Contains(fail.description, DefaultToken)) {
		t.Fatalf("refused with %d %s", fail.code, fail.description)
	}
}

// mustBeWhole checks the n-th button of a keyboard.
func mustBeWhole(t *testing.T, n int, b button) {
	t.Helper()
	kinds := 0
	for _, is := range []bool{b.url != "", b.login != nil, b.data != ""} {
		if is {
			kinds++
		}
	}
	if b.id != n || b.text == "" || kinds != 1 || len(b.data) > 64 {
		t.Fatalf("button %d is %+v", n, b)
	}
	if b.data != "" {
		return
	}
	u, err := url.Parse(b.address())
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "tg"}, u.Scheme) {
		t.Fatalf("button %d leads to %q", n, b.address())
	}
	if b.login != nil && !strings.EqualFold(u.Hostname(), b.login.signer.Domain) {
		t.Fatalf("button %d logs in at %q", n, b.login.url)
	}
}
