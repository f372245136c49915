package telegramsim_test

import (
	"testing"

	"example.com/telegram-login/internal/telegramsim"
)

const group = -1001

func TestGroup_carriesMessagesBetweenPeopleAndBots(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.Bots = append(cfg.Bots, telegramsim.Bot{Token: "42:other", Username: "other_bot", Name: "Other"})
	s := start(t, cfg)
	s.client("messages.sendMessage", object{"group": true, "message": "/login"})
	s.client("messages.sendMessage", object{"group": true, "as": boris, "message": "hello"})

	m := s.updates(object{})[0]["message"].(object)
	chat := m["chat"].(object)
	if chat["id"] != float64(group) || chat["type"] != "supergroup" || chat["title"] != "Stand-in group" || len(chat) != 3 ||
		m["from"].(object)["id"] != float64(anna) || m["text"] != "/login" {
		t.Errorf("the bot gets %v", m)
	}
	var others struct{ Result []object }
	s.decode(s.do("GET", "/bot42:other/getUpdates", nil), &others)
	if got := texts(others.Result); got != "/login hello" {
		t.Errorf("the other bot gets %q", got)
	}

	sent := s.mustBot("sendMessage", object{"chat_id": group, "text": "write to me"}).(object)
	if sent["chat"].(object)["id"] != float64(group) || sent["from"].(object)["is_bot"] != true {
		t.Errorf("sent %v", sent)
	}
	s.mustBot("sendChatAction", object{"chat_id": group, "action": "typing"})
	if chat := s.mustBot("getChat", object{"chat_id": group}).(object); chat["type"] != "supergroup" {
		t.Errorf("getChat: %v", chat)
	}
	history := s.client("messages.getHistory", object{"group": true, "min_id": 0, "wait": 1})["messages"].([]any)
	if len(history) != 3 {
		t.Fatalf("history: %v", history)
	}
	for i, want := range []struct {
		text string
		out  any
		from float64
	}{{"write to me", nil, 7000000001}, {"hello", nil, boris}, {"/login", true, anna}} {
		m := history[i].(object)
		if m["message"] != want.text || m["out"] != want.out || m["from_id"].(object)["user_id"] != want.from {
			t.Errorf("Anna reads %v, want %v", m, want)
		}
	}
	if fail := s.client("messages.getHistory", object{"group": true, "as": 1}); fail["error_code"] != 401.0 {
		t.Errorf("a stranger reads %v", fail)
	}
	if fail := s.client("messages.sendMessage", object{"group": true, "message": " "}); fail["error_code"] != 400.0 {
		t.Errorf("nothing was sent: %v", fail)
	}
}

func TestGroup_letsNoBotWriteToAPerson(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.client("messages.sendMessage", object{"group": true, "message": "/login"})
	if status, body := s.bot("sendMessage", object{"chat_id": anna, "text": "hi"}); status != 403 {
		t.Errorf("got %d %v", status, body)
	}
	if list := s.client("messages.getHistory", object{})["messages"].([]any); len(list) != 0 {
		t.Errorf("in the private chat: %v", list)
	}
}
