package users_test

import (
	"testing"

	"example.com/telegram-login/internal/users"
)

func TestName_isAlwaysSomethingToBeSeen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		profile users.Profile
		want    string
	}{
		"both names":            {users.Profile{FirstName: "Anna", LastName: "Ivanova", Username: "anna"}, "Anna Ivanova"},
		"first name only":       {users.Profile{FirstName: "Anna"}, "Anna"},
		"last name only":        {users.Profile{LastName: "Ivanova"}, "Ivanova"},
		"username only":         {users.Profile{Username: "anna"}, "@anna"},
		"nothing":               {users.Profile{}, "42"},
		"blanks":                {users.Profile{FirstName: " \u00a0", Username: "anna"}, "@anna"},
		"Hangul filler":         {users.Profile{FirstName: "\u3164", Username: "anna"}, "@anna"},
		"Braille blank":         {users.Profile{FirstName: "\u2800", LastName: "\u200b\ufe0f"}, "42"},
		"direction override":    {users.Profile{FirstName: "\u202eannA", LastName: "x"}, "annA x"},
		"right to left":         {users.Profile{FirstName: "علی", LastName: "رضایی"}, "علی رضایی"},
		"joined emoji":          {users.Profile{FirstName: "👨\u200d👩\u200d👧"}, "👨\u200d👩\u200d👧"},
		"Persian with a joiner": {users.Profile{FirstName: "می\u200cخواهم"}, "می\u200cخواهم"},
		"markup":                {users.Profile{FirstName: "<b>&amp;"}, "<b>&amp;"},
	} {
		if got := test.profile.Name(42); got != test.want {
			t.Errorf("%s: %+q, want %+q", name, got, test.want)
		}
	}
}
