package telegramsim_test

import (
	"strings"
	"testing"

	"example.com/telegram-login/internal/telegramsim"
)

func TestSendMessage_isRefusedByThePersonsState(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.People = append(telegramsim.DefaultPeople(), telegramsim.Person{ID: 5, FirstName: "Gone", Deactivated: true})
	s := start(t, cfg)
	expect := func(to, code int, want string) {
		t.Helper()
		for method, extra := range map[string]object{
			"sendMessage": {"text": "hi"}, "sendChatAction": {"action": "typing"},
		} {
			extra["chat_id"] = to
			status, body := s.bot(method, extra)
			if description, _ := body["description"].(string); status != code || description != want {
				t.Errorf("%s to %d: got %d %v, want %d %s", method, to, status, body, code, want)
			}
		}
	}
	expect(boris, 403, "Forbidden: bot can't initiate conversation with a user")
	expect(17, 400, "Bad Request: chat not found")
	expect(5, 403, "Forbidden: user is deactivated")

	s.write("hello")
	expect(anna, 200, "")
	s.client("contacts.block", object{"id": peer})
	expect(anna, 403, "Forbidden: bot was blocked by the user")
	s.client("contacts.unblock", object{"id": peer})
	expect(anna, 200, "")
	s.client("contacts.block", object{"id": peer, "as": boris})
	expect(boris, 403, "Forbidden: bot was blocked by the user")
	s.client("contacts.unblock", object{"id": peer, "as": boris})
	expect(boris, 200, "") // the bot was told that it is a member

	a := s.do("POST", "/client/account.deleteAccount", object{"as": anna, "reason": "test"})
	if !strings.Contains(a.body, "boolTrue") {
		t.Errorf("deleting the account: %s", a.body)
	}
	expect(anna, 403, "Forbidden: user is deactivated")
}

func TestDeactivatedPeople_canOnlyLook(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offer(anna, site, true)
	s.do("POST", "/client/account.deleteAccount", object{"as": anna})
	for method, fields := range map[string]object{
		"messages.sendMessage":    {"message": "hi"},
		"messages.requestUrlAuth": {"msg_id": msgID, "button_id": 1},
		"messages.acceptUrlAuth":  {"msg_id": msgID, "button_id": 1},
		"messages.declineUrlAuth": {"url": site},
		"contacts.block":          {"id": peer},
	} {
		if body := s.client(method, fields); body["error_message"] != "USER_DEACTIVATED" {
			t.Errorf("%s: %v", method, body)
		}
	}
	if a := s.do("POST", "/client/account.deleteAccount", object{"as": anna}); !strings.Contains(a.body, "USER_DEACTIVATED") {
		t.Errorf("deleted again: %s", a.body)
	}
	page := s.do("GET", "/"+peer+"?start=again", nil).body
	for _, part := range []string{`id="start"`, `id="message"`, `id="block"`} {
		if strings.Contains(page, part) {
			t.Errorf("the page still has %s", part)
		}
	}
	if !strings.Contains(page, "This account was deleted.") {
		t.Error("the page does not say why")
	}
}

func TestBlocking_tellsTheBot(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	f := form()
	f.Set("block", "1")
	s.do("POST", "/chat/block", f)
	s.do("POST", "/chat/block", f) // no change, no update
	s.do("POST", "/chat/block", form())
	var changes []string
	for _, u := range s.updates(object{}) {
		m := u["my_chat_member"].(object)
		status := func(name string) string { return m[name].(object)["status"].(string) }
		changes = append(changes, status("old_chat_member")+"→"+status("new_chat_member"))
		if m["chat"].(object)["id"] != float64(anna) || m["from"].(object)["id"] != float64(anna) {
			t.Errorf("got %v", m)
		}
	}
	if got := strings.Join(changes, " "); got != "member→kicked kicked→member" {
		t.Errorf("the bot was told %s", got)
	}
}
