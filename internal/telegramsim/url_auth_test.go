package telegramsim_test

import (
	"testing"
)

func request(s *stand, msgID int) object {
	return s.client("messages.requestUrlAuth", object{"msg_id": msgID, "button_id": 1})
}

func TestRequestURLAuth_asksWithDomainBotAndWriteAccess(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	result := request(s, s.offer(anna, site, true))
	bot, _ := result["bot"].(object)
	if result["_"] != "urlAuthResultRequest" || result["domain"] != "localhost" ||
		result["request_write_access"] != true || bot["username"] != peer {
		t.Errorf("got %v", result)
	}
	result = request(s, s.offer(anna, site, false))
	if _, asks := result["request_write_access"]; asks || result["_"] != "urlAuthResultRequest" {
		t.Errorf("a button that does not ask: got %v", result)
	}
}

func TestAccept_withWriteAccessTellsTheBotAndNeedsNoDialogAfterwards(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offer(anna, site, true)
	signed(t, s.accept(anna, msgID, true))

	updates := s.updates(object{})
	message, _ := updates[len(updates)-1]["message"].(object)
	if message["connected_website"] != "localhost" || message["from"].(object)["id"] != float64(anna) ||
		message["chat"].(object)["type"] != "private" {
		t.Errorf("the last update is %v", message)
	}
	if _, ok := message["text"]; ok {
		t.Errorf("a service message has no text: %v", message)
	}
	query := signed(t, request(s, msgID))
	if query.Get("id") != "700100001" {
		t.Errorf("accepted at once for %q", query.Get("id"))
	}
	if again := s.updates(object{}); len(again) != len(updates) {
		t.Errorf("a press without a dialog tells the bot nothing, got %d updates after %d", len(again), len(updates))
	}
}

func TestAccept_withoutWriteAccessAsksAgainAndTellsNothing(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]struct{ asked, ticked bool }{
		"not ticked":               {asked: true},
		"ticked though not asked":  {ticked: true},
		"neither asked nor ticked": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, config())
			msgID := s.offer(anna, site, write.asked)
			signed(t, s.accept(anna, msgID, write.ticked))
			if updates := s.updates(object{}); len(updates) != 1 {
				t.Errorf("got %v, want only /start", updates)
			}
			if result := request(s, msgID); result["_"] != "urlAuthResultRequest" {
				t.Errorf("got %v, want the dialog again", result)
			}
		})
	}
}

func TestAccept_isSomebodyElsesAffairForOtherPeople(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.accept(anna, s.offer(anna, site, true), true)
	msgID := s.offer(boris, site, true)
	result := s.client("messages.requestUrlAuth", object{"as": boris, "msg_id": msgID, "button_id": 1})
	if result["_"] != "urlAuthResultRequest" {
		t.Errorf("got %v", result)
	}
}

func TestURLAuth_ofALinkWithoutMessageIsDefault(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.offer(anna, site, true)
	for _, method := range []string{"messages.requestUrlAuth", "messages.acceptUrlAuth"} {
		result := s.client(method, object{"url": site})
		if result["_"] != "urlAuthResultDefault" {
			t.Errorf("%s: got %v", method, result)
		}
	}
	if result := s.client("messages.declineUrlAuth", object{"url": site}); result["_"] != "boolTrue" {
		t.Errorf("decline: got %v", result)
	}
}

func TestClientCalls_refuseWithTelegramsErrors(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offer(anna, site, true)
	tests := []struct {
		method string
		fields object
		want   string
	}{
		{"messages.requestUrlAuth", object{"msg_id": 99, "button_id": 1}, "MSG_ID_INVALID"},
		{"messages.acceptUrlAuth", object{"msg_id": -1, "button_id": 1}, "MSG_ID_INVALID"},
		{"messages.requestUrlAuth", object{"msg_id": msgID, "button_id": 0}, "BUTTON_ID_INVALID"},
		{"messages.requestUrlAuth", object{"msg_id": msgID, "button_id": 1, "as": 1}, "AUTH_KEY_UNREGISTERED"},
		{"messages.declineUrlAuth", object{}, "URL_INVALID"},
		{"messages.sendMessage", object{"message": " \n"}, "MESSAGE_EMPTY"},
		{"contacts.block", object{"id": "unknown_bot"}, "PEER_ID_INVALID"},
		{"messages.unknown", object{}, "METHOD_INVALID"},
		{"messages.getBotCallbackAnswer", object{"msg_id": msgID, "button_id": 1}, "BUTTON_TYPE_INVALID"},
	}
	for _, tt := range tests {
		result := s.client(tt.method, tt.fields)
		if result["_"] != "rpc_error" || result["error_message"] != tt.want {
			t.Errorf("%s %v: got %v, want %s", tt.method, tt.fields, result, tt.want)
		}
	}
}

func TestBlocking_tellsTheBotAndStopsItsMessages(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offer(anna, site, true)
	s.client("contacts.block", object{"id": peer})
	s.client("contacts.block", object{"id": peer}) // not a change, so no update

	status, body := s.bot("sendMessage", object{"chat_id": anna, "text": "hello"})
	if status != 403 || body["description"] != "Forbidden: bot was blocked by the user" {
		t.Errorf("got %d %v", status, body)
	}
	signed(t, s.accept(anna, msgID, true))
	updates := s.updates(object{})
	if len(updates) != 2 {
		t.Fatalf("got %v, want /start and the block; a blocked bot learns of no website", updates)
	}
	change := updates[1]["my_chat_member"].(object)
	if change["new_chat_member"].(object)["status"] != "kicked" || change["old_chat_member"].(object)["status"] != "member" {
		t.Errorf("got %v", change)
	}
	s.client("contacts.unblock", object{"id": peer})
	s.mustBot("sendMessage", object{"chat_id": anna, "text": "hello again"})
	updates = s.updates(object{})
	if change = updates[2]["my_chat_member"].(object); change["new_chat_member"].(object)["status"] != "member" {
		t.Errorf("got %v", change)
	}
}
