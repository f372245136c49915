package telegramsim_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/telegram-login/internal/telegramsim"
)

// groupForm is what every form of the group's page carries for Boris, with pairs of further fields.
func groupForm(pairs ...string) url.Values {
	f := url.Values{"as": {strconv.Itoa(boris)}, "group": {"1"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

const groupPage = "/group?as=700100002"

// offerInGroup has the bot send buttons into the group; it returns the message's id.
func (s *stand) offerInGroup(keyboard object) int {
	s.t.Helper()
	sent := s.mustBot("sendMessage", object{"chat_id": group, "text": "Welcome", "reply_markup": keyboard})
	return int(sent.(object)["message_id"].(float64))
}

func (s *stand) pressInGroup(msgID int) answer {
	s.t.Helper()
	return s.do("POST", "/chat/press", groupForm("msg_id", strconv.Itoa(msgID), "button_id", "1"))
}

func (s *stand) acceptInGroup(msgID int, pairs ...string) string {
	s.t.Helper()
	f := groupForm("msg_id", strconv.Itoa(msgID), "button_id", "1", "choice", "accept", "login", "1")
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return s.do("POST", "/chat/dialog", f).header.Get("Location")
}

// privately is what Boris sees in his chat with the bot, newest first.
func (s *stand) privately() []any {
	s.t.Helper()
	return s.client("messages.getHistory", object{"as": boris})["messages"].([]any)
}

func TestGroupPage_isTheChatPageWithoutStartAndBlock(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	page := s.do("GET", groupPage+"&start=state", nil)
	for _, part := range []string{
		"<title>Stand-in group", "<bdi>Stand-in group</bdi>", `id="messages"`, `id="message"`, `id="send"`,
		`<input type="hidden" name="as" value="700100002">`, `<input type="hidden" name="group" value="1">`,
		`id="person" data-id="700100002">Boris König<`, `href="/group?as=700100001" data-person="700100001"`,
		`href="/` + peer + `?as=700100002"`, `href="/group?as=700100002" aria-current="page"`, "This is not Telegram",
	} {
		if page.status != http.StatusOK || !strings.Contains(page.body, part) {
			t.Errorf("%d, no %s in the page", page.status, part)
		}
	}
	for _, part := range []string{`id="start"`, `id="block"`, `id="unblock"`, "/start", `name="peer"`} {
		if strings.Contains(page.body, part) {
			t.Errorf("%s is on the page", part)
		}
	}
	if chat := s.do("GET", "/"+peer+"?as=700100002", nil).body; !strings.Contains(chat, `href="/group?as=700100002"`) {
		t.Error("no way from the chat to the group")
	}
	if a := s.do("GET", "/group?as=1", nil); a.status != http.StatusNotFound {
		t.Errorf("as a stranger: %d", a.status)
	}
	s.do("POST", "/client/account.deleteAccount", object{"as": boris})
	if page = s.do("GET", groupPage, nil); strings.Contains(page.body, `id="message"`) {
		t.Error("somebody whose account was deleted can write")
	}
}

func TestGroupPage_showsWhoWroteWhat(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.People = []telegramsim.Person{{ID: anna, FirstName: "<i>Anna"}, {ID: boris}}
	s := start(t, cfg)
	s.client("messages.sendMessage", object{"group": true, "message": "from Anna"})
	s.do("POST", "/chat/send", groupForm("message", "from Boris"))
	s.offerInGroup(loginKeyboard(site, true))

	lines := strings.Split(s.do("GET", groupPage, nil).body, `<li class="message `)[1:]
	for i, want := range [][]string{
		{"theirs", `<bdi class="author">&lt;i&gt;Anna</bdi>`, "from Anna"},
		{"mine", `<bdi class="author">(no name)</bdi>`, "from Boris"},
		{"theirs", `<bdi class="author">` + telegramsim.DefaultName + "</bdi>", `id="press-3-1"`, `data-button="1"`},
	} {
		if len(lines) != 3 || !strings.HasPrefix(lines[i], want[0]) {
			t.Fatalf("messages: %q", lines)
		}
		for _, part := range want {
			if !strings.Contains(lines[i], part) {
				t.Errorf("no %s in %s", part, lines[i])
			}
		}
	}
	if s.write("hello"); strings.Contains(s.do("GET", "/"+peer, nil).body, `class="author"`) {
		t.Error("the private chat shows names")
	}
}

func TestGroupPage_sendsAndWaitsForABotsAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.updates(object{}) // somebody listens
	sent := make(chan string, 1)
	go func() {
		a := s.do("POST", "/chat/send", groupForm("message", "/login"))
		sent <- s.do("GET", a.header.Get("Location"), nil).body
	}()
	m := s.updates(object{"timeout": 20})[0]["message"].(object)
	if m["chat"].(object)["id"] != float64(group) || m["from"].(object)["id"] != float64(boris) {
		t.Errorf("the bot gets %v", m)
	}
	for range 10 { // Time enough for a form that does not wait to come back empty-handed.
		s.do("GET", groupPage, nil)
	}
	// Whoever has the page open learns of the answer at once.
	arrived := make(chan answer, 1)
	go func() { arrived <- s.do("GET", "/chat/changes?as=700100001&group=1&version=1", nil) }()
	s.mustBot("sendMessage", object{"chat_id": group, "text": "the answer"})
	if a := <-arrived; a.body != `{"version":2}` {
		t.Errorf("changes: %d %s", a.status, a.body)
	}
	page := <-sent
	if !strings.Contains(page, "the answer") || !strings.Contains(page, `data-changes="/chat/changes?as=700100002&amp;group=1"`) {
		t.Error("no answer, or no way to ask for news")
	}
	if a := s.do("GET", "/chat/changes?group=1&as=1", nil); a.status != http.StatusNotFound {
		t.Errorf("a stranger asks for news: %d", a.status)
	}
}

func TestGroup_loginWithoutWriteAccessTellsTheBotNothing(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.do("POST", "/chat/send", groupForm("message", "/login"))
	msgID := s.offerInGroup(loginKeyboard(site, true))

	location := s.pressInGroup(msgID).header.Get("Location")
	if want := groupPage + "&button_id=1&msg_id=" + strconv.Itoa(msgID); location != want {
		t.Fatalf("a press leads to %q, want %q", location, want)
	}
	page := s.do("GET", location, nil).body
	for _, part := range []string{`id="dialog"`, `id="login"`, `id="write"`, `id="accept"`, `id="refuse"`, `id="decline"`} {
		if !strings.Contains(page, part) {
			t.Errorf("no %s in the dialog", part)
		}
	}
	query := signed(t, object{"_": "urlAuthResultAccepted", "url": s.acceptInGroup(msgID)})
	if query.Get("id") != strconv.Itoa(boris) || query.Get("hash") == "" {
		t.Errorf("signed: %v", query)
	}
	if got := texts(s.updates(object{})); got != "/login" {
		t.Errorf("the bot is told %q", got)
	}
	if status, _ := s.bot("sendMessage", object{"chat_id": boris, "text": "hi"}); status != http.StatusForbidden {
		t.Errorf("the bot writes to Boris: %d", status)
	}
	if location = s.acceptInGroup(msgID, "login", ""); location != site {
		t.Errorf("without logging in %q opens", location)
	}
	if location = s.acceptInGroup(msgID, "choice", "decline"); location != groupPage {
		t.Errorf("declining leads to %q", location)
	}
}

func TestGroup_loginWithWriteAccessIsToldInThePrivateChat(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offerInGroup(loginKeyboard(site, true))
	if link := s.acceptInGroup(msgID, "write", "1"); !strings.HasPrefix(link, site+"?id=700100002&") {
		t.Fatalf("accept opens %q", link)
	}
	updates := s.updates(object{})
	if len(updates) != 1 {
		t.Fatalf("the bot is told %v", updates)
	}
	m := updates[0]["message"].(object)
	if chat := m["chat"].(object); m["connected_website"] != "localhost" || chat["id"] != float64(boris) || chat["type"] != "private" {
		t.Errorf("the bot is told %v", m)
	}
	s.mustBot("sendMessage", object{"chat_id": boris, "text": "Welcome"})
	if got := len(s.privately()); got != 2 {
		t.Errorf("%d messages in the private chat", got)
	}
	if page := s.do("GET", groupPage, nil).body; strings.Contains(page, "You allowed this bot") {
		t.Error("the service message is in the group")
	}
	if again := s.pressInGroup(msgID).header.Get("Location"); !strings.Contains(again, "&hash=") {
		t.Errorf("the next press opens %q, want a signed address at once", again)
	}
}

func TestGroup_leavesThePrivateChatAlone(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.offer(boris, site, true)
	before := s.privately()
	// The same message id, in the group: another button.
	s.do("POST", "/chat/send", groupForm("message", "/login"))
	msgID := s.offerInGroup(loginKeyboard(site+"?in=group", true))
	if link := s.acceptInGroup(msgID); !strings.HasPrefix(link, site+"?in=group&id=") {
		t.Errorf("the group's button opens %q", link)
	}
	after := s.privately()
	if len(before) != 2 || len(after) != 2 {
		t.Errorf("the private chat was %v and is %v", before, after)
	}
	// Whoever blocked the bot can still write in the group, and is not written to.
	s.client("contacts.block", object{"id": peer, "as": boris})
	if a := s.do("POST", "/chat/send", groupForm("message", "again")); a.status != http.StatusSeeOther {
		t.Errorf("writing into the group: %d", a.status)
	}
	s.acceptInGroup(msgID, "write", "1")
	if status, _ := s.bot("sendMessage", object{"chat_id": boris, "text": "hi"}); status != http.StatusForbidden {
		t.Errorf("a blocked bot writes: %d", status)
	}
	if a := s.do("POST", "/chat/block", groupForm("block", "1")); a.status != http.StatusBadRequest {
		t.Errorf("blocking the group: %d", a.status)
	}
}

func TestGroup_refusesButtonsThatAreNotThere(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	inPrivate := s.offer(boris, site, true)
	for _, path := range []string{"/chat/press", "/chat/dialog"} {
		a := s.do("POST", path, groupForm("msg_id", strconv.Itoa(inPrivate), "button_id", "1", "choice", "accept"))
		if a.status != http.StatusBadRequest || !strings.Contains(a.body, "MSG_ID_INVALID") {
			t.Errorf("%s, a message of the private chat: %d %s", path, a.status, a.body)
		}
	}
	msgID := s.offerInGroup(loginKeyboard(site, true))
	a := s.do("POST", "/chat/press", groupForm("msg_id", strconv.Itoa(msgID), "button_id", "2"))
	if a.status != http.StatusBadRequest || !strings.Contains(a.body, "BUTTON_ID_INVALID") {
		t.Errorf("an unknown button: %d %s", a.status, a.body)
	}
	if page := s.do("GET", groupPage+"&msg_id=1&button_id=2", nil); page.status != http.StatusOK || strings.Contains(page.body, `id="dialog"`) {
		t.Errorf("%d, or the dialog of a button that is not there", page.status)
	}
}

func TestGroup_clientCallsTakeItInPlaceOfPeer(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offerInGroup(loginKeyboard(site, true))
	call := func(method string, fields object) object {
		t.Helper()
		fields["as"], fields["group"], fields["msg_id"], fields["button_id"] = boris, true, msgID, 1
		var result object
		s.decode(s.do("POST", "/client/"+method, fields), &result)
		return result
	}
	if got := call("messages.requestUrlAuth", object{}); got["_"] != "urlAuthResultRequest" || got["request_write_access"] != true {
		t.Errorf("request: %v", got)
	}
	if got := call("messages.declineUrlAuth", object{"url": site}); got["_"] != "boolTrue" {
		t.Errorf("decline: %v", got)
	}
	if got := call("messages.getBotCallbackAnswer", object{}); got["_"] != "rpc_error" {
		t.Errorf("callback: %v", got)
	}
	signed(t, call("messages.acceptUrlAuth", object{"write_allowed": true}))
	if list := s.privately(); len(list) != 1 {
		t.Errorf("in the private chat: %v", list)
	}
}

func TestGroup_callbackButtonTellsTheBotThatWroteIt(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.Bots = append([]telegramsim.Bot{{Token: "42:other", Username: "other_bot", Name: "Other"}}, cfg.Bots...)
	s := start(t, cfg)
	msgID := s.offerInGroup(object{"inline_keyboard": [][]object{{{"text": "Again", "callback_data": "again"}}}})
	pressed := make(chan answer, 1)
	go func() { pressed <- s.pressInGroup(msgID) }()
	query := s.updates(object{"timeout": 20})[0]["callback_query"].(object)
	if query["chat_instance"] != strconv.Itoa(group) || query["from"].(object)["id"] != float64(boris) ||
		query["message"].(object)["chat"].(object)["id"] != float64(group) {
		t.Errorf("the bot gets %v", query)
	}
	s.mustBot("answerCallbackQuery", object{"callback_query_id": query["id"], "text": "Once more!"})
	location := (<-pressed).header.Get("Location")
	if !strings.HasPrefix(location, groupPage) || !strings.Contains(s.do("GET", location, nil).body, "Once more!") {
		t.Errorf("no answer at %s", location)
	}
	var others struct{ Result []object }
	s.decode(s.do("GET", "/bot42:other/getUpdates", nil), &others)
	if len(others.Result) != 0 {
		t.Errorf("the other bot gets %v", others.Result)
	}
}

// The group is one for all, but a signed link is only for whom it was signed.
func TestGroup_telegramWebBringsEverybodyTheirOwnLink(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offerInGroup(loginKeyboard(site, true))
	plain := s.offerInGroup(object{"inline_keyboard": [][]object{{{"text": "Help", "url": site + "/help"}}}})
	if got := s.pressInGroup(plain).header.Get("Location"); got != site+"/help" {
		t.Errorf("a plain link opens %q", got)
	}
	s.setFaults(telegramsim.Faults{TelegramWeb: true})
	accept := func(as string) string {
		return s.acceptInGroup(msgID, "as", as)
	}
	detours := []string{accept("700100001"), accept("700100002")}
	for i, as := range []string{"700100001", "700100002"} {
		u, err := url.Parse(detours[i])
		if err != nil || u.Hostname() != "localhost" || u.Path != "/chat/detour" || slices.Contains(detours[:i], detours[i]) {
			t.Fatalf("detours: %q", detours)
		}
		if got := s.do("GET", u.RequestURI(), nil).header.Get("Location"); !strings.HasPrefix(got, site+"?id="+as+"&") {
			t.Errorf("the detour of %s ends at %q", as, got)
		}
	}
	u, err := url.Parse(s.pressInGroup(plain).header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.do("GET", u.RequestURI(), nil).header.Get("Location"); got != site+"/help" {
		t.Errorf("the detour of a plain link ends at %q", got)
	}
}
