package site

import (
	"slices"
	"strings"

	"example.com/telegram-login/internal/users"
)

// longestUserAgent is more than any browser sends.
const longestUserAgent = 1024

// called is what a browser or a system is called when one of its marks is in the
// User-Agent header, and all that is required beside it. No name means that we know
// it and have no word for it.
type called struct {
	marks  []string
	beside []string
	name   string
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
		{marks: []string{"Telegram-Android/"}, name: "Telegram"},
		{marks: []string{"Edg/", "Edge/", "EdgA/", "EdgiOS/"}, name: "Edge"},
		{marks: []string{"OPR/", "OPT/", "OPX/", "Opera/"}, name: "Opera"},
		{marks: []string{"YaBrowser/"}, name: "Yandex Browser"},
		{marks: []string{"SamsungBrowser/"}, name: "Samsung Internet"},
		// Other browsers and pages inside of apps, which call themselves one of the
		// following.
		{marks: []string{
			"Vivaldi/", "DuckDuckGo/", "Ddg/", "UCBrowser/", "MiuiBrowser/", "HuaweiBrowser/", "QQBrowser/", "Whale/",
			"Seamonkey/", "SeaMonkey/", "PaleMoon/", "; wv)",
		}},
		{marks: []string{"Firefox/", "FxiOS/"}, name: "Firefox"},
		{marks: []string{"Chrome/", "CriOS/", "HeadlessChrome/"}, name: "Chrome"},
		// Apple's only: the browser of an old Android says Safari as well.
		{marks: []string{"(Macintosh", "(iPhone", "(iPad", "(iPod"}, beside: []string{"Version/", "Safari/"}, name: "Safari"},
	}
	systems = []called{
		{marks: []string{"Windows Phone"}}, // Says Android.
		{marks: []string{"Android"}, name: "Android"},
		{marks: []string{"(iPad"}, name: "iPadOS"}, // Says macOS, unless asked for pages for phones.
		{marks: []string{"(iPhone", "(iPod"}, name: "iOS"},
		{marks: []string{"Windows NT"}, name: "Windows"},
		{marks: []string{"CrOS"}, name: "ChromeOS"},
		{marks: []string{"(Macintosh"}, name: "macOS"},
		{marks: []string{"(X11;"}, beside: []string{"Linux"}, name: "Linux"}, // A desktop, and no television.
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
	says := func(mark string) bool { return hasMark(userAgent, mark) }
	for _, c := range list {
		if slices.ContainsFunc(c.marks, says) && !slices.ContainsFunc(c.beside, func(mark string) bool { return !says(mark) }) {
			return c.name
		}
	}
	return ""
}

// hasMark reports whether the mark is in the text, and is not a part of longer words
// there. It takes the place of regular expressions, which cost more than all else
// that is done with a refused link.
func hasMark(text, mark string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], mark)
		if at < 0 {
			return false
		}
		begin := from + at
		end := begin + len(mark)
		joinedBefore := begin > 0 && isWordByte(text[begin-1]) && isWordByte(mark[0])
		joinedAfter := end < len(text) && isWordByte(text[end]) && isWordByte(mark[len(mark)-1])
		if !joinedBefore && !joinedAfter {
			return true
		}
		from = begin + 1
	}
}

func isWordByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_'
}
