package bot_test

import (
	"errors"
	"testing"

	"example.com/telegram-login/internal/bot"
)

// Whatever comes, the decoder does not panic, names its refusals, and lets
// nothing through that is out of range.
func FuzzDecodeUpdate(f *testing.F) {
	for _, seed := range []string{
		saying("/start abc"), groupMessage("/login"), memberUpdate("kicked"), memberUpdate("member"),
		updateWith(`"message": ` + privateMessage(`"connected_website": "localhost"`)),
		updateWith(`"message": ` + privateMessage(`"write_access_allowed": {}`)),
		`{}`, `{"update_id": 1}`, `[1]`, `{"update_id": 1, "message": null, "my_chat_member": {}}`,
		`{"update_id":1,"message":{"date":1,"from":{"id":1},"chat":{"id":1,"type":"private"},"text":"\ud800"}}`,
		``, `null`, `{"update_id": -1}`, `{"update_id": 9223372036854775808}`, `{"update_id": 1, "update_id": "x"}`, `{"UPDATE_ID": 1}`,
		`{"update_id":1,"message":{"date":4102444800,"from":{"id":1},"chat":{"id":1,"type":"private"}}}`,
		`{"update_id":1,"message":{"date":1,"from":{"id":4503599627370497},"chat":{"id":4503599627370497,"type":"private"}}}`,
		`{"update_id":1,"my_chat_member":{"date":1,"chat":{"id":-7,"type":"private"},"new_chat_member":{"status":"kicked","user":{"id":110201543}}}}`,
		`{"update_id":1,"message":{"message":{"message":{}}}}`, "{\"update_id\":1}\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		facts, err := bot.DecodeUpdate(text)
		if err != nil {
			if !errors.Is(err, bot.ErrBadUpdate) {
				t.Errorf("error %v is of no known class", err)
			}
			return
		}
		for _, fact := range facts {
			if fact.TelegramID < 1 || fact.TelegramID > 1<<52 || fact.Date < 1 || fact.Date > 4102444800 {
				t.Errorf("let through: %+v", fact)
			}
		}
	})
}
