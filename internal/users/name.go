package users

import (
	"strconv"
	"strings"
	"unicode"
)

// Name is what to call the person on a page: the full name, else the username,
// else the number.
func (a Account) Name() string {
	return a.Profile.Name(a.TelegramID)
}

// Name is what to call the person with this profile and Telegram id. There is
// always something to be seen: the confirm page has no other way to say whom a
// link signs in (R7). The stored profile stays as Telegram gave it.
func (p Profile) Name(telegramID int64) string {
	name := strings.TrimSpace(strings.Map(withoutDirection, p.FirstName+" "+p.LastName))
	if strings.ContainsFunc(name, isVisible) {
		return name
	}
	if p.Username != "" {
		return "@" + p.Username
	}
	return strconv.FormatInt(telegramID, 10)
}

// withoutDirection drops the characters that turn the words around a name (T15).
// Joiners stay: emoji and Persian are spelt with them.
func withoutDirection(r rune) rune {
	if unicode.Is(unicode.Bidi_Control, r) {
		return -1
	}
	return r
}

// isVisible reports whether a character leaves a mark. The ones that are named
// are letters and symbols to Unicode, and blank to the eye.
func isVisible(r rune) bool {
	const brailleBlank, hangulFillers = '\u2800', "\u115f\u1160\u3164\uffa0"
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) &&
		r != brailleBlank && !strings.ContainsRune(hangulFillers, r)
}
