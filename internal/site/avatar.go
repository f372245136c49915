package site

import (
	"unicode"

	"example.com/telegram-login/internal/users"
)

// avatar stands for a person's picture: the beginnings of the name on a colour.
// Pictures themselves lie with Telegram, and no page asks a foreign host for
// anything.
type avatar struct {
	Initials string
	Colour   int // From 0 to avatarColours-1.
}

// avatarColours is how many there are in the style sheet.
const avatarColours = 7

func newAvatar(p users.Profile, telegramID int64) avatar {
	a := avatar{Colour: int(telegramID % avatarColours)}
	for _, name := range []string{p.FirstName, p.LastName} {
		a.Initials += initial(name)
	}
	if a.Initials == "" {
		a.Initials = initial(p.Username)
	}
	if a.Initials == "" {
		a.Initials = "#"
	}
	return a
}

// initial is the first letter or digit of a name; empty for none.
func initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToUpper(r))
		}
	}
	return ""
}
