package telegramsim_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

func TestJunk_isNeverAnInternalError(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.offer(anna, site, true)
	junk := []string{
		"", "{", "null", "[]", `"text"`, "-1", "9223372036854775808", "\x00", "\xff\xfe", "%zz", "a=b;c",
		strings.Repeat("9", 5000),
		`{"as":700100001,"peer":null}`, `{"as":"1"}`, `{"as":700100001,"peer":"standin_login_bot","msg_id":-5,"button_id":-5}`,
		`{"chat_id":{},"text":[],"reply_markup":7}`,
		`{"chat_id":700100001,"text":"a","reply_markup":{"inline_keyboard":[[null]]}}`,
		`{"chat_id":700100001,"text":"a","reply_markup":{"inline_keyboard":[[{"text":"a","login_url":null}]]}}`,
		`{"chat_id":700100001,"text":"a","reply_markup":{"inline_keyboard":[[{"text":"a","url":"http://[::1"}]]}}`,
		`{"offset":"x"}`, `{"offset":-9223372036854775808}`, `{"limit":0,"timeout":-3}`,
		`{"allowed_updates":7}`, `{"commands":null}`,
		`{"chat_id":-1001,"text":"a"}`, `{"chat_id":-1002,"text":"a"}`, `{"as":-1,"group":true,"message":"a"}`,
		`{"as":700100001,"group":true,"msg_id":1,"button_id":-1}`, `{"as":700100001,"group":7}`,
		"as=700100001&group=1&msg_id=-1&button_id=9&message=a",
		`{"url":"http://127.0.0.1:1/\u0000","max_connections":-9223372036854775808}`, `{"url":"http://[::1"}`,
		`{"url":"http://%zz/"}`, `{"api_mix":[null]}`, `api_mix=,,,&webhook_reorder=-1`,
	}
	paths := []string{
		"/chat/send", "/chat/press", "/chat/dialog", "/chat/block", "/control",
		"/client/messages.requestUrlAuth",
		"/client/messages.acceptUrlAuth", "/client/messages.getHistory",
		"/client/messages.sendMessage", "/client/contacts.block", "/client/account.deleteAccount",
	}
	for _, method := range []string{
		"getMe", "getUpdates", "sendMessage", "sendChatAction", "getChat", "answerCallbackQuery",
		"setWebhook", "deleteWebhook", "getWebhookInfo", "setMyCommands", "getMyCommands", "%00",
	} {
		paths = append(paths, "/bot"+token+"/"+method)
	}
	kinds := []string{
		"application/json", "application/x-www-form-urlencoded",
		"multipart/form-data; boundary=x", "multipart/form-data", "%",
	}
	for _, path := range paths {
		for _, body := range junk {
			for _, kind := range kinds {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", kind)
				if a := s.send(r); a.status >= 500 || a.status < 200 {
					t.Errorf("%s with %q as %s: %d %s", path, body, kind, a.status, a.body)
				}
			}
		}
	}
	for _, text := range junk {
		if a := s.do("PUT", "/control/faults", text); a.status >= 500 {
			t.Errorf("faults %q: %d", text, a.status)
		}
		for _, method := range []string{"GET", "DELETE"} {
			if a := s.do(method, "/control/sends?bot="+url.QueryEscape(text), nil); a.status >= 500 {
				t.Errorf("sends of %q: %d", text, a.status)
			}
		}
		for _, key := range []string{"as", "start", "msg_id", "button_id", "notice"} {
			for _, page := range []string{"/" + peer, "/group"} {
				if a := s.do("GET", page+"?"+key+"="+url.QueryEscape(text), nil); a.status >= 500 {
					t.Errorf("%s?%s=%q: %d", page, key, text, a.status)
				}
			}
		}
	}
	s.mustBot("getMe", nil)
}

// Only a little too large: a client that still writes when the answer comes would report the closed connection.
func TestLargeBodies_areRefused(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	status, _ := s.bot("sendMessage", object{"text": strings.Repeat("a", 1<<20)})
	if status != http.StatusRequestEntityTooLarge {
		t.Errorf("Bot API: %d", status)
	}
	if a := s.do("POST", "/client/messages.sendMessage", `{"message":"`+strings.Repeat("a", 1<<20)+`"}`); a.status != 400 {
		t.Errorf("client: %d", a.status)
	}
}

// Run under the race detector, this is the proof that the state is guarded.
func TestManyPeopleAtOnce_losesNothing(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	people := []int64{700100001, 700100002, 700100003, 700100004, 700100005, 700100006}
	var all sync.WaitGroup
	for _, as := range people {
		all.Go(func() {
			for range 5 {
				msgID := s.offer(as, site, true)
				s.accept(as, msgID, true)
				s.do("GET", "/"+peer, nil)
				s.updates(object{})
				s.do("DELETE", "/control/faults", nil)
			}
		})
	}
	all.Wait()
	// Each round is one /start and one login with write access.
	if got := len(s.updates(object{})); got != len(people)*5*2 {
		t.Errorf("%d updates", got)
	}
}
