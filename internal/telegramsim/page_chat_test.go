package telegramsim_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"example.com/telegram-login/internal/telegramsim"
)

// form is what every form of Anna's chat carries.
func form() url.Values {
	return url.Values{"as": {strconv.Itoa(anna)}, "peer": {peer}}
}

func press(msgID int) url.Values {
	f := form()
	f.Set("msg_id", strconv.Itoa(msgID))
	f.Set("button_id", "1")
	return f
}

func TestChat_opensLikeALinkToTelegram(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	page := s.do("GET", "/STANDIN_login_BOT?start=state-1_A", nil)
	for _, part := range []string{
		`id="start"`, `value="/start state-1_A"`, `id="person" data-id="700100001">Anna Petrova<`,
		`data-person="4503599627370495"`, "This is not Telegram",
	} {
		if page.status != http.StatusOK || !strings.Contains(page.body, part) {
			t.Errorf("%d, no %s in the page", page.status, part)
		}
	}
	page = s.do("GET", "/"+peer+"?start=not+a+payload", nil)
	if !strings.Contains(page.body, `value="/start"`) {
		t.Error("a payload with other characters is left out")
	}
	for _, path := range []string{"/unknown_bot", "/" + peer + "?as=1", "/" + peer + "?as=anna"} {
		if a := s.do("GET", path, nil); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := s.do("GET", "/", nil); a.header.Get("Location") != "/"+peer {
		t.Errorf("/ leads to %q", a.header.Get("Location"))
	}
}

func TestStart_isOfferedUntilTheBotMayWriteOrWithAPayload(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	f := form()
	f.Set("message", "/start abc")
	a := s.do("POST", "/chat/send", f)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/"+peer+"?as=700100001" {
		t.Fatalf("%d %q", a.status, a.header.Get("Location"))
	}
	page, _, _ := strings.Cut(s.do("GET", a.header.Get("Location"), nil).body, "<aside") // The panel shows the payload.
	if strings.Contains(page, `id="start"`) || !strings.Contains(page, "/start") || strings.Contains(page, "abc") {
		t.Error("after the first message START must be gone, and the message there without its payload")
	}
	if page = s.do("GET", "/"+peer+"?start=new", nil).body; !strings.Contains(page, `id="start"`) {
		t.Error("a link with a payload must offer START again")
	}
	f.Set("block", "1")
	s.do("POST", "/chat/block", f)
	if page = s.do("GET", "/"+peer+"?start=new", nil).body; strings.Contains(page, `id="start"`) {
		t.Error("START is offered to somebody who blocked the bot")
	}
	// Boris never wrote; unblocking lets the bot write to him all the same.
	s.client("contacts.block", object{"id": peer, "as": boris})
	s.client("contacts.unblock", object{"id": peer, "as": boris})
	if page = s.do("GET", "/"+peer+"?as=700100002", nil).body; strings.Contains(page, `id="start"`) {
		t.Error("START is offered although the bot may write")
	}
	text := s.updates(object{})[0]["message"].(object)
	entity := text["entities"].([]any)[0].(object)
	if text["text"] != "/start abc" || entity["type"] != "bot_command" || entity["length"] != 6.0 {
		t.Errorf("the bot gets %v", text)
	}
}

func TestDialog_everyWayOutIsOneForm(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offer(anna, site+"?state=x", true)
	back := "/" + peer + "?as=700100001"

	a := s.do("POST", "/chat/press", press(msgID))
	if want := back + "&button_id=1&msg_id=" + strconv.Itoa(msgID); a.header.Get("Location") != want {
		t.Fatalf("a press leads to %q, want %q", a.header.Get("Location"), want)
	}
	page := s.do("GET", a.header.Get("Location"), nil).body
	for _, part := range []string{
		`id="dialog"`, `id="login" name="login" value="1" checked`, `id="refuse"`, `id="decline"`,
		`id="write" name="write" value="1" checked`, "<strong>localhost</strong> as <bdi>Anna Petrova</bdi>",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("no %s in the dialog", part)
		}
	}
	choose := func(pairs ...string) string {
		f := press(msgID)
		for _, pair := range pairs {
			key, value, _ := strings.Cut(pair, "=")
			f.Set(key, value)
		}
		return s.do("POST", "/chat/dialog", f).header.Get("Location")
	}
	if got := choose("choice=refuse", "login=1", "write=1"); got != site+"?state=x" {
		t.Errorf("refuse opens %q", got)
	}
	if got := choose("choice=accept", "write=1"); got != site+"?state=x" {
		t.Errorf("without the first tick %q opens", got)
	}
	if got := choose("choice=decline", "login=1"); got != back {
		t.Errorf("decline opens %q", got)
	}
	if updates := s.updates(object{}); len(updates) != 1 {
		t.Errorf("refusals tell the bot nothing, got %v", updates)
	}
	if got := choose("choice=accept", "login=1", "write=1"); !strings.HasPrefix(got, site+"?state=x&id=700100001&") {
		t.Errorf("accept opens %q", got)
	}
	if a = s.do("POST", "/chat/press", press(msgID)); !strings.Contains(a.header.Get("Location"), "&hash=") {
		t.Errorf("the next press opens %q, want a signed address at once", a.header.Get("Location"))
	}
	if page = s.do("GET", back, nil).body; !strings.Contains(page, "You allowed this bot to message you when") {
		t.Error("the chat does not show the service message")
	}
}

func TestChat_escapesNamesAndMessages(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.People = []telegramsim.Person{{ID: 5, FirstName: `<script>alert(1)</script>`, Username: `"><img src=x>`}}
	cfg.Bots[0].Name = "<i>bot</i>"
	s := start(t, cfg)
	s.offer(5, "http://localhost/?a=<b>", true)
	s.mustBot("sendMessage", object{"chat_id": 5, "text": "<u>text</u>", "reply_markup": object{
		"inline_keyboard": [][]object{{{"text": "<s>key</s>", "url": "http://localhost/"}}},
	}})
	page := s.do("GET", "/"+peer+"?msg_id=2&button_id=1&notice=<em>", nil).body
	for _, markup := range []string{"<script>alert", "<img", "<i>bot", "<u>", "<s>", "<em>"} {
		if strings.Contains(page, markup) {
			t.Errorf("%s reached the page", markup)
		}
	}
	if !strings.Contains(page, `id="dialog"`) || !strings.Contains(page, "&lt;u&gt;text") {
		t.Error("dialog and message must be there, escaped")
	}
}

func TestCallbackButton_bringsTheBotsAnswerToThePage(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.client("messages.sendMessage", object{"message": "hi"})
	s.mustBot("sendMessage", object{"chat_id": anna, "text": "Again?", "reply_markup": object{
		"inline_keyboard": [][]object{{{"text": "Again", "callback_data": "again"}}},
	}})
	first := s.updates(object{})[0]["update_id"].(float64)

	pressed := make(chan answer, 1)
	go func() { pressed <- s.do("POST", "/chat/press", press(2)) }()
	query := s.updates(object{"offset": first + 1, "timeout": 20})[0]["callback_query"].(object)
	if query["data"] != "again" || query["message"].(object)["message_id"] != 2.0 {
		t.Errorf("the bot gets %v", query)
	}
	s.mustBot("answerCallbackQuery", object{"callback_query_id": query["id"], "text": "Once more!"})
	a := <-pressed
	if page := s.do("GET", a.header.Get("Location"), nil).body; !strings.Contains(page, "Once more!") {
		t.Errorf("no answer at %s", a.header.Get("Location"))
	}
	status, _ := s.bot("answerCallbackQuery", object{"callback_query_id": query["id"]})
	if status != http.StatusBadRequest {
		t.Errorf("a second answer: %d", status)
	}
}

func TestSending_waitsForTheBotsAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.updates(object{}) // somebody listens
	f := form()
	f.Set("message", "hello")
	sent := make(chan string, 1)
	go func() { sent <- s.do("GET", s.do("POST", "/chat/send", f).header.Get("Location"), nil).body }()
	s.updates(object{"timeout": 20})
	s.mustBot("sendMessage", object{"chat_id": anna, "text": "the answer"})
	if page := <-sent; !strings.Contains(page, "the answer") {
		t.Error("the page came back without the bot's answer")
	}
}

func TestChanges_endWhenSomethingArrives(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.client("messages.sendMessage", object{"message": "hi"})
	const changes = "/chat/changes?as=700100001&peer=" + peer + "&version="
	version := func(body string) string {
		return strings.TrimSuffix(strings.TrimPrefix(body, `{"version":`), "}")
	}
	seen := version(s.do("GET", changes+"0", nil).body)
	arrived := make(chan answer, 1)
	go func() { arrived <- s.do("GET", changes+seen, nil) }()
	s.mustBot("sendMessage", object{"chat_id": anna, "text": "news"})
	if a := <-arrived; a.status != http.StatusOK || version(a.body) == seen {
		t.Errorf("got %d %s", a.status, a.body)
	}
	history := s.client("messages.getHistory", object{"min_id": 1, "wait": 20})
	if list := history["messages"].([]any); len(list) != 1 || list[0].(object)["message"] != "news" {
		t.Errorf("history after message 1: %v", history)
	}
}

func TestBlockButton_blocksAndUnblocks(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.offer(anna, site, true)
	f := form()
	f.Set("block", "1")
	a := s.do("POST", "/chat/block", f)
	page := s.do("GET", a.header.Get("Location"), nil).body
	if !strings.Contains(page, `id="unblock"`) || strings.Contains(page, `id="message"`) {
		t.Error("a blocked chat offers only to unblock")
	}
	f.Set("message", "hello")
	if a = s.do("POST", "/chat/send", f); a.status != http.StatusBadRequest {
		t.Errorf("writing to a blocked bot: %d", a.status)
	}
	a = s.do("POST", "/chat/block", form())
	if page = s.do("GET", a.header.Get("Location"), nil).body; !strings.Contains(page, `id="message"`) {
		t.Error("unblocked, and still no text field")
	}
}
