package telegramsim_test

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

func TestBotAPI_knowsTokensAndMethods(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	for path, want := range map[string]string{
		"/bot" + token + "/GETME":        `"username":"standin_login_bot"`,
		"/bot" + token + "/test/getMe":   `"is_bot":true`,
		"/bot1:wrong/getMe":              `{"description":"Unauthorized","error_code":401,"ok":false}`,
		"/bot" + token + "/sendDocument": `{"description":"Not Found: method not found","error_code":404,"ok":false}`,
	} {
		if a := s.do("GET", path, nil); !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if a := s.do("PUT", "/bot"+token+"/getMe", nil); a.status != http.StatusMethodNotAllowed {
		t.Errorf("PUT: %d", a.status)
	}
}

func TestSendMessage_showsLoginButtonsAsPlainOnes(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.client("messages.sendMessage", object{"message": "/start"})
	sent := s.mustBot("sendMessage", object{"chat_id": anna, "text": " Hi ", "reply_markup": loginKeyboard(site, true)}).(object)
	key := sent["reply_markup"].(object)["inline_keyboard"].([]any)[0].([]any)[0].(object)
	if _, ok := key["login_url"]; ok || key["url"] != site || sent["text"] != "Hi" || sent["message_id"] != 2.0 {
		t.Errorf("got %v", sent)
	}
	history := s.client("messages.getHistory", object{})["messages"].([]any)
	row := history[0].(object)["reply_markup"].(object)["rows"].([]any)[0].(object)
	if button := row["buttons"].([]any)[0].(object); button["_"] != "keyboardButtonUrlAuth" || button["button_id"] != 1.0 {
		t.Errorf("a client sees %v", button)
	}
	if history[1].(object)["out"] != true {
		t.Errorf("the oldest message comes last, got %v", history)
	}
}

func TestSendMessage_isRefusedWithTelegramsTexts(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.client("messages.sendMessage", object{"message": "/start"})
	keyboard := func(key string) string { return `{"inline_keyboard":[[` + key + `]]}` }
	login := func(fields string) string { return keyboard(`{"text":"Log in","login_url":{` + fields + `}}`) }
	const parse = "Bad Request: can't parse inline keyboard button: "
	tests := []struct {
		parameters object
		code       int
		want       string
	}{
		{object{"text": ""}, 400, "Bad Request: message text is empty"},
		{object{"text": " \n "}, 400, "Bad Request: message text is empty"},
		{object{"text": strings.Repeat("я", 4097)}, 400, "Bad Request: message is too long"},
		{object{"text": "a", "parse_mode": "HTML"}, 400, "Bad Request: unsupported parse_mode"},
		{object{"text": "a", "chat_id": ""}, 400, "Bad Request: chat_id is empty"},
		{object{"text": "a", "chat_id": 17}, 400, "Bad Request: chat not found"},
		{object{"text": "a", "chat_id": "@anna"}, 400, "Bad Request: chat not found"},
		{object{"text": "a", "chat_id": 7000000001}, 403, "Forbidden: the bot can't send messages to the bot"},
		{object{"text": "a", "chat_id": boris}, 403, "Forbidden: bot can't initiate conversation with a user"},
		{object{"text": "a", "reply_markup": "{"}, 400, "Bad Request: can't parse reply keyboard markup JSON object"},
		{object{"reply_markup": keyboard(`{"url":"http://localhost"}`)}, 400, parse + `Can't find field "text"`},
		{object{"reply_markup": keyboard(`{"text":1}`)}, 400, parse + `Field "text" must be of type String`},
		{object{"reply_markup": keyboard(`{"text":"a"}`)}, 400, parse + "Text buttons are unallowed in the inline keyboard"},
		{
			object{"reply_markup": keyboard(`{"text":"a","url":"javascript:alert(1)"}`)},
			400,
			"Bad Request: inline keyboard button URL 'javascript:alert(1)' is invalid: Wrong HTTP URL",
		},
		{
			object{"reply_markup": keyboard(`{"text":"a","url":"ftp://localhost/"}`)},
			400,
			"Bad Request: inline keyboard button URL 'ftp://localhost/' is invalid: Unsupported URL protocol",
		},
		{
			object{"reply_markup": login(`"url":"tg://localhost"`)},
			400,
			"Bad Request: inline keyboard button login URL 'tg://localhost' is invalid: Only HTTP links are allowed",
		},
		{
			object{"reply_markup": login(`"url":"localhost:3000"`)},
			400,
			"Bad Request: inline keyboard button login URL 'localhost:3000' is invalid: Wrong HTTP URL",
		},
		{object{"reply_markup": login(`"url":"https://example.com/"`)}, 400, "Bad Request: BOT_DOMAIN_INVALID"},
		{object{"reply_markup": login(`"url":"http://sub.localhost/"`)}, 400, "Bad Request: BOT_DOMAIN_INVALID"},
		{
			object{"reply_markup": login(`"url":"http://localhost","request_write_access":"true"`)},
			400,
			parse + `Field "request_write_access" must be of type Boolean`,
		},
		{
			object{"reply_markup": login(`"url":"http://localhost","request_write_access":null`)},
			400,
			parse + `Field "request_write_access" must be of type Boolean`,
		},
		{
			object{"reply_markup": login(`"url":"http://localhost","request_write_access":1`)},
			400,
			parse + `Field "request_write_access" must be of type Boolean`,
		},
		{
			object{"reply_markup": login(`"url":"http://localhost","bot_username":"no-bot"`)},
			400,
			"Bad Request: LoginUrl bot username is invalid",
		},
		{
			object{"reply_markup": login(`"url":"http://localhost","bot_username":"other_bot"`)},
			400,
			`Bad Request: bot "other_bot" not found`,
		},
		{
			object{"reply_markup": keyboard(`{"text":"a","login_url":"http://localhost"}`)},
			400,
			parse + `Field "login_url" must be of type Object`,
		},
	}
	for _, tt := range tests {
		parameters := object{"chat_id": anna, "text": "text"}
		maps.Copy(parameters, tt.parameters)
		status, body := s.bot("sendMessage", parameters)
		if status != tt.code || body["description"] != tt.want {
			t.Errorf("%v: got %d %v\nwant %s", tt.parameters, status, body["description"], tt.want)
		}
	}
	if list := s.client("messages.getHistory", object{})["messages"].([]any); len(list) != 1 {
		t.Errorf("refused messages reached the chat: %v", list)
	}
}

func TestChat_isKnownOnceThePersonWroteOrAllowed(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	if status, body := s.bot("getChat", object{"chat_id": anna}); status != 400 {
		t.Errorf("before: %d %v", status, body)
	}
	if status, _ := s.bot("sendChatAction", object{"chat_id": anna, "action": "typing"}); status != 403 {
		t.Errorf("chat action before: %d", status)
	}
	s.client("messages.sendMessage", object{"message": "hi"})
	chat := s.mustBot("getChat", object{"chat_id": anna}).(object)
	if chat["first_name"] != "Anna" || chat["type"] != "private" {
		t.Errorf("got %v", chat)
	}
	s.mustBot("sendChatAction", object{"chat_id": anna, "action": "typing"})
	if status, _ := s.bot("sendChatAction", object{"chat_id": anna, "action": "dancing"}); status != 400 {
		t.Errorf("an unknown action: %d", status)
	}
}

func TestCommands_areStored(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	if list := s.mustBot("getMyCommands", nil).([]any); len(list) != 0 {
		t.Errorf("at first: %v", list)
	}
	s.mustBot("setMyCommands", object{"commands": []object{{"command": "login", "description": "Log in"}}})
	if list := s.mustBot("getMyCommands", nil).([]any); len(list) != 1 || list[0].(object)["command"] != "login" {
		t.Errorf("got %v", list)
	}
	for _, bad := range []any{
		"[{}]", "x",
		[]object{{"command": "Log In", "description": "x"}},
		[]object{{"command": "login", "description": ""}},
	} {
		if status, _ := s.bot("setMyCommands", object{"commands": bad}); status != 400 {
			t.Errorf("%v: %d", bad, status)
		}
	}
}

func TestParameters_areReadFromQueryFormAndJSON(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.client("messages.sendMessage", object{"message": "hi"})
	path := "/bot" + token + "/sendMessage"
	query := url.Values{"chat_id": {strconv.Itoa(anna)}, "text": {"a + b"}}
	for name, a := range map[string]answer{
		"query": s.do("GET", path+"?"+query.Encode(), nil),
		"form":  s.do("POST", path, query),
		"both":  s.do("POST", path+"?chat_id=700100001", url.Values{"text": {"a + b"}}),
		"JSON":  s.do("POST", path, object{"chat_id": anna, "text": "a + b", "reply_markup": nil}),
		"text":  s.do("POST", path, object{"chat_id": strconv.Itoa(anna), "text": "a + b", "reply_markup": "{}"}),
	} {
		if a.status != http.StatusOK || !strings.Contains(a.body, `"text":"a + b"`) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}
