package users_test

import (
	"testing"

	"example.com/telegram-login/internal/users"
)

// What an address or a form gives back is what was written, or nothing: one id
// has one spelling.
func FuzzIDsInForms_comeBackAsTheyWere(f *testing.F) {
	id := users.SessionID{0xde, 0xad, 0xbe, 0xef}.String()
	for _, text := range []string{
		"1795521180000000-0-0-17", "0-0-0-0", "", "-", "---", "1-2-3", "1-2-3-4-5", "-1-2-3-4", "1--2-3-4", "01-2-3-4", "+1-2-3-4",
		" 1-2-3-4", "1-2-3-4\n", "１-2-3-4", "253402300799000001-0-0-1", "1-2147483648-0-1", "9223372036854775808-0-0-1", "1-2-3-9223372036854775808",
		id, users.NewSessionID().String(), "00000000-0000-0000-0000-000000000000", "DEADBEEF" + id[8:], id[:35], id + "0", "{" + id + "}",
		"deadbeef000000000000000000000000", "deadbeef-00000000-0000-0000-00000000", id + "\x00", "urn:uuid:" + id,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cursor, err := users.ParseActivityCursor(text)
		if err == nil && cursor.String() != text {
			t.Errorf("cursor %q became %q", text, cursor)
		}
		session, err := users.ParseSessionID(text)
		if err == nil && session.String() != text {
			t.Errorf("session %q became %q", text, session)
		}
	})
}
