package site

import (
	"testing"

	"example.com/telegram-login/internal/users"
)

func TestAvatar_hasTheBeginningsOfTheName(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]users.Profile{
		"AP": {FirstName: "anna", LastName: "Petrova"},
		"A":  {FirstName: "Anna"},
		"P":  {FirstName: "🙂", LastName: "«petrova»"},
		"ن":  {FirstName: "نرگس"},
		"7":  {FirstName: "(7)"},
		"U":  {FirstName: "🙂", Username: "user_1"},
		"#":  {FirstName: "\u2800"},
	} {
		if got := newAvatar(p, 42); got.Initials != want {
			t.Errorf("%+v: %q, want %q", p, got.Initials, want)
		}
	}
}

func TestAvatar_keepsItsColour(t *testing.T) {
	t.Parallel()
	for _, id := range []int64{1, 7, 4711, 1<<52 - 1} {
		before := newAvatar(users.Profile{FirstName: "Anna"}, id)
		after := newAvatar(users.Profile{FirstName: "Boris"}, id)
		if before.Colour != after.Colour || before.Colour < 0 || before.Colour >= avatarColours {
			t.Errorf("%d: colours %d and %d", id, before.Colour, after.Colour)
		}
	}
}
