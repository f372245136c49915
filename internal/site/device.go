package site

import (
	"regexp"

	"example.com/telegram-login/internal/users"
)

// longestUserAgent is more than any browser sends.
const longestUserAgent = 1024

// called is what a browser or a system is called when its mark is in the
// User-Agent header. No name means that we know it and have no word for it.
type called struct {
	mark *regexp.Regexp
	name string
}

// The lists are closed on purpose, and no library reads the header: the words
// are sent to the account's owner in a notice of the sign-in, so nothing that a
// visitor wrote may be among them. Browsers name their relatives too, so that
// the first match counts: Edge says Chrome, and Chrome says Safari.
//
// Sources: https://core.telegram.org/bots/webapps#additional-data-in-user-agent,
// https://developer.mozilla.org/docs/Web/HTTP/Guides/Browser_detection_using_the_user_agent
var (
	browsers = []called{
		{regexp.MustCompile(`\bTelegram-Android/`), "Telegram"},
		{regexp.MustCompile(`\bEdg(e|A|iOS)?/`), "Edge"},
		{regexp.MustCompile(`\b(OPR|OPT|OPX|Opera)/`), "Opera"},
		{regexp.MustCompile(`\bYaBrowser/`), "Yandex Browser"},
		{regexp.MustCompile(`\bSamsungBrowser/`), "Samsung Internet"},
		// Other browsers and pages inside of apps, which call themselves one of the
		// following.
		{regexp.MustCompile(`\b(Vivaldi|DuckDuckGo|Ddg|UCBrowser|MiuiBrowser|HuaweiBrowser|QQBrowser|Whale|Seamonkey|SeaMonkey|PaleMoon)/|; wv\)`), ""},
		{regexp.MustCompile(`\b(Firefox|FxiOS)/`), "Firefox"},
		{regexp.MustCompile(`(\b|Headless)(Chrome|CriOS)/`), "Chrome"},
		// Apple's only: the browser of an old Android says Safari as well.
		{regexp.MustCompile(`\((Macintosh|iPhone|iPad|iPod)\b.*\bVersion/.*\bSafari/`), "Safari"},
	}
	systems = []called{
		{regexp.MustCompile(`\bWindows Phone\b`), ""}, // Says Android.
		{regexp.MustCompile(`\bAndroid\b`), "Android"},
		{regexp.MustCompile(`\(iPad\b`), "iPadOS"}, // Says macOS, unless asked for pages for phones.
		{regexp.MustCompile(`\((iPhone|iPod)\b`), "iOS"},
		{regexp.MustCompile(`\bWindows NT\b`), "Windows"},
		{regexp.MustCompile(`\bCrOS\b`), "ChromeOS"},
		{regexp.MustCompile(`\(Macintosh\b`), "macOS"},
		{regexp.MustCompile(`\(X11;.*\bLinux\b`), "Linux"}, // A desktop, and no television.
	}
)

// deviceOf names the browser and the system that a User-Agent header speaks of.
func deviceOf(userAgent string) users.Device {
	if len(userAgent) > longestUserAgent {
		return users.Device{}
	}
	return users.Device{Browser: nameIn(browsers, userAgent), System: nameIn(systems, userAgent)}
}

func nameIn(list []called, userAgent string) string {
	for _, c := range list {
		if c.mark.MatchString(userAgent) {
			return c.name
		}
	}
	return ""
}
