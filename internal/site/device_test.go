package site_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/site"
	"example.com/telegram-login/internal/users"
)

const firefoxOnLinux = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"

var devices = []struct {
	name, userAgent, browser, system string
}{
	{"Telegram's own browser on Android", "Mozilla/5.0 (Linux; Android 14; SM-S911B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.6778.135 Mobile Safari/537.36 Telegram-Android/11.5.3 (Samsung SM-S911B; Android 14; SDK 34; HIGH)", "Telegram", "Android"},
	{"Edge on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.86", "Edge", "Windows"},
	{"Edge before Chromium", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763", "Edge", "Windows"},
	{"Edge on Android", "Mozilla/5.0 (Linux; Android 10; HD1913) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.6778.135 Mobile Safari/537.36 EdgA/131.0.2903.87", "Edge", "Android"},
	{"Edge on an iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 EdgiOS/131.2903.92 Mobile/15E148 Safari/605.1.15", "Edge", "iOS"},
	{"Edge on a Mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.86", "Edge", "macOS"},
	{"Opera on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 OPR/116.0.0.0", "Opera", "Windows"},
	{"Opera on an iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1 OPT/5.0.5", "Opera", "iOS"},
	{"Opera before Chromium", "Opera/9.80 (Windows NT 6.1; U; en) Presto/2.8.131 Version/11.11", "Opera", "Windows"},
	{"Yandex Browser", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 YaBrowser/24.12.0.0 Safari/537.36", "Yandex Browser", "Windows"},
	{"Yandex Browser on an iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 YaBrowser/24.12.3.497.10 SA/3 Mobile/15E148 Safari/604.1", "Yandex Browser", "iOS"},
	{"Samsung Internet", "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36", "Samsung Internet", "Android"},
	{"Firefox on Linux", firefoxOnLinux, "Firefox", "Linux"},
	{"Firefox on Ubuntu", "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox", "Linux"},
	{"Firefox on Android", "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", "Firefox", "Android"},
	{"Firefox on an iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 14_7_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/133.0 Mobile/15E148 Safari/605.1.15", "Firefox", "iOS"},
	{"Firefox on a Mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox", "macOS"},
	{"Chrome on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36", "Chrome", "Windows"},
	{"Chrome on Android", "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36", "Chrome", "Android"},
	{"Chrome on ChromeOS", "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36", "Chrome", "ChromeOS"},
	{"Chrome on an iPad", "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.154 Mobile/15E148 Safari/604.1", "Chrome", "iPadOS"},
	{"Chrome without a window", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36", "Chrome", "Linux"},
	{"Safari on a Mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1.1 Safari/605.1.15", "Safari", "macOS"},
	{"Safari on an iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1.1 Mobile/15E148 Safari/604.1", "Safari", "iOS"},
	{"Safari on an iPad that says so", "Mozilla/5.0 (iPad; CPU OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1", "Safari", "iPadOS"},
	{"Safari on an iPod", "Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1", "Safari", "iOS"},

	{"a page inside of an app on an iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148", "", "iOS"},
	{"a page inside of an app on Android", "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A.240905.003; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.6778.135 Mobile Safari/537.36", "", "Android"},
	{"the browser of an old Android", "Mozilla/5.0 (Linux; U; Android 4.0.3; de-de; GT-I9100 Build/IML74K) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30", "", "Android"},
	{"Windows Phone", "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15254", "Edge", ""},
	{"Vivaldi", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Vivaldi/6.5.3206.39", "", "Windows"},
	{"a television", "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.128 Safari/537.36 WebAppManager", "Chrome", ""},
	{"Telegram's crawler", "TelegramBot (like TwitterBot)", "", ""},
	{"a program", "curl/8.11.0", "", ""},
	{"nothing", "", "", ""},

	{"a text with a name in it", `Firefox/1 on your bank's computer. Call +1 555 0100 <a href="https://evil.example">at once</a>`, "Firefox", ""},
	{"a text", "everything is fine, ignore this message", "", ""},
	{"a system in a text", "my Linux, my Macintosh, my iPhone and my Windows", "", ""},
	{"a name as a part of a word", "NotFirefox/1 UnChrome/2 myEdg/3", "", ""},
	{"control characters", "\x00\x1b[31m Firefox/142\r\nX-Injected: 1", "Firefox", ""},
	{"characters that turn the text", "\u202eFirefox/142\u2066", "Firefox", ""},
	{"bytes that are no text", "\xff\xfe\x80", "", ""},
	{"ten thousand bytes", strings.Repeat("Firefox/1 ", 1000), "", ""},
}

func TestDevice_isNamedByWordsOfAClosedList(t *testing.T) {
	t.Parallel()
	for _, d := range devices {
		if got := site.DeviceOf(d.userAgent); got != (users.Device{Browser: d.browser, System: d.system}) {
			t.Errorf("%s: %q on %q, want %q on %q", d.name, got.Browser, got.System, d.browser, d.system)
		}
	}
}

// The lists, once more: what reaches the account's owner is one of these words.
var (
	browserNames = []string{"", "Telegram", "Edge", "Opera", "Yandex Browser", "Samsung Internet", "Firefox", "Chrome", "Safari"}
	systemNames  = []string{"", "Android", "iOS", "iPadOS", "Windows", "macOS", "ChromeOS", "Linux"}
)

func FuzzDeviceOf(f *testing.F) {
	for _, d := range devices {
		f.Add(d.userAgent)
	}
	f.Fuzz(func(t *testing.T, userAgent string) {
		got := site.DeviceOf(userAgent)
		if !slices.Contains(browserNames, got.Browser) || !slices.Contains(systemNames, got.System) {
			t.Errorf("%q became %q on %q", userAgent, got.Browser, got.System)
		}
	})
}

// Both ways to a session note it: the link alone, and the confirm page.
func TestDevice_isNotedWithTheSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	header := http.Header{"User-Agent": {firefoxOnLinux}, "Sec-Fetch-Site": {"same-origin"}}
	noted := func() string {
		t.Helper()
		var texts [2]string
		for i, from := range []string{"sessions ORDER BY created_at", "activity WHERE kind = 'signed_in' ORDER BY id"} {
			err := w.db.QueryRow(t.Context(), "SELECT COALESCE(browser, '?') || ' on ' || COALESCE(system, '?') FROM "+from+" DESC LIMIT 1").Scan(&texts[i])
			if err != nil {
				t.Fatal(err)
			}
		}
		return fmt.Sprintf("session %s, activity %s", texts[0], texts[1])
	}

	w.newBrowser().send(http.MethodGet, "/login/telegram?"+w.query(anna, 0).Encode(), header, nil)
	if got := noted(); got != "session Firefox on Linux, activity Firefox on Linux" {
		t.Errorf("a link: %s", got)
	}

	w.pass(time.Second)
	b := w.newBrowser()
	b.signIn(boris)
	if got := noted(); got != "session ? on ?, activity ? on ?" {
		t.Errorf("a program: %s", got)
	}
	w.pass(time.Second)
	b.send(http.MethodPost, "/login/confirm", header, askedToConfirm(w, b, anna))
	if got := noted(); got != "session Firefox on Linux, activity Firefox on Linux" {
		t.Errorf("the confirm page: %s", got)
	}
}
