package bot_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestAnswer_startAndLoginBringAButtonThatAsksForWriteAccess(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"/start", "/login", "/LOGIN", "/start@" + username, "/login@" + strings.ToUpper(username)} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			telegram := newStandIn(t)
			newBot(t, telegram.url).run(t)

			answers := telegram.answersAfter(t, telegram.say(t, command))

			button := answers[0].Button
			if button.Type != "keyboardButtonUrlAuth" || button.URL != loginURL {
				t.Fatalf("button is a %s to %s, want a login button to %s", button.Type, button.URL, loginURL)
			}
			var pressed struct {
				Type               string `json:"_"`
				RequestWriteAccess bool   `json:"request_write_access"`
			}
			telegram.client(t, "messages.requestUrlAuth", map[string]any{
				"as": anna, "peer": username, "msg_id": answers[0].ID, "button_id": button.ID,
			}, &pressed)
			if pressed.Type != "urlAuthResultRequest" || !pressed.RequestWriteAccess {
				t.Errorf("pressing the button = %+v, want a question that asks for write access too", pressed)
			}
		})
	}
}

// R7: the state comes back to the browser that started the login.
func TestAnswer_stateOfALoginTravelsInTheButton(t *testing.T) {
	t.Parallel()
	sixtyFour := strings.Repeat("x", 64)
	tests := []struct {
		says, url string
	}{
		{"/start abc_DEF-123", loginURL + "?state=abc_DEF-123"},
		{"/start " + sixtyFour, loginURL + "?state=" + sixtyFour},
		{"/start@" + username + " abc", loginURL + "?state=abc"},
		{"/start   abc  ", loginURL + "?state=abc"},
		{"/start " + sixtyFour + "x", loginURL},
		{"/start two words", loginURL},
		{"/start a&next=/b", loginURL},
		{"/start ключ", loginURL},
		{"/start abc\n", loginURL + "?state=abc"},
		{"/start abc\ndef", loginURL},
		{"/login abc", loginURL},
	}
	api := newMessageSink(t)
	b := newBot(t, api.url)
	b.send(t)
	for i, test := range tests {
		b.clock.advance(2 * time.Second) // It is one chat.
		b.receive(t, saying(test.says))
		api.await(t, "the answer", func() bool { return len(api.sent) == i+1 })
		var keyboard struct {
			Rows [][]struct {
				Login struct {
					URL string `json:"url"`
				} `json:"login_url"`
			} `json:"inline_keyboard"`
		}
		if err := json.Unmarshal([]byte(api.sent[i].markup), &keyboard); err != nil || len(keyboard.Rows) != 1 || len(keyboard.Rows[0]) != 1 {
			t.Fatalf("after %q the keyboard is %s", test.says, api.sent[i].markup)
		}
		if got := keyboard.Rows[0][0].Login.URL; got != test.url {
			t.Errorf("after %q the button leads to %s, want %s", test.says, got, test.url)
		}
	}
}
