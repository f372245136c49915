package telegramsim

import (
	"cmp"
	"crypto/rand"
	"strconv"
	"strings"
	"unicode/utf8"
)

// callback waits for the bot's answerCallbackQuery after somebody pressed a callback button.
type callback struct {
	chat   *chat
	answer string
	done   bool
}

// send writes into a chat. A bot that gets a message in its own chat may write back.
func (s *Sim) send(in where, text string) (message, *rpcError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, fail := s.enter(in)
	if fail != nil {
		return message{}, fail
	}
	text, fail = readText(text)
	if fail != nil {
		return message{}, fail
	}
	if p.chat.blocked {
		return message{}, rpcFail(400, "YOU_BLOCKED_USER")
	}
	p.chat.mayWrite = true
	m := p.chat.add(message{at: s.now(), from: userOf(p.person), fromPerson: true, text: text})
	s.note(p.person.ID, step{
		From: theClient, To: theTelegram, Method: "messages.sendMessage",
		Fields: map[string]any{"peer": cmp.Or(p.Peer, "the group"), "message": text},
		Result: tlMessage{Type: "updateShortSentMessage", Out: true, ID: m.id, Date: m.at.Unix()},
	})
	for _, b := range p.bots {
		s.tell(b, update{Message: messageObject(p.object, m)})
	}
	return m, nil
}

// readText trims what somebody wants to send, and refuses what Telegram refuses.
func readText(text string) (string, *rpcError) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", rpcFail(400, "MESSAGE_EMPTY")
	case !utf8.ValidString(text):
		return "", rpcFail(400, "INPUT_TEXT_INVALID")
	case utf8.RuneCountInString(text) > maxText:
		return "", rpcFail(400, "MESSAGE_TOO_LONG")
	}
	return text, nil
}

// setBlocked blocks or unblocks the bot and tells it, if that is a change. An unblocked bot may write: it was
// told that it is a member.
func (s *Sim) setBlocked(as int64, peer string, blocked bool) *rpcError {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, fail := s.enter(where{As: as, Peer: peer})
	if fail != nil {
		return fail
	}
	b, c := p.bots[0], p.chat
	if c.blocked == blocked {
		return nil
	}
	c.blocked = blocked
	from, to := "kicked", "member"
	if blocked {
		from, to = "member", "kicked"
	} else {
		c.mayWrite = true
	}
	method := "contacts.unblock"
	if blocked {
		method = "contacts.block"
	}
	s.note(p.person.ID, step{From: theClient, To: theTelegram, Method: method, Fields: map[string]any{"id": p.Peer}, Result: tlTrue()})
	s.tell(b, update{MyChatMember: b.memberUpdate(p.person, from, to, s.now())})
	c.touch()
	return nil
}

// deleteAccount deactivates a person, for ever. Telegram tells no bot about it.
func (s *Sim) deleteAccount(as int64) *rpcError {
	person, fail := s.whoActs(as)
	if fail != nil {
		return fail
	}
	s.deactivated.Store(person.ID, true)
	return nil
}

// pressCallback tells the bot that wrote the message that one of its callback buttons was pressed. The id finds
// the bot's answer.
func (s *Sim) pressCallback(in where, msgID, buttonID int) (id string, b *bot, fail *rpcError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, fail := s.press(in, msgID, buttonID)
	if fail != nil {
		return "", nil, fail
	}
	if p.button.data == "" {
		return "", nil, rpcFail(400, "BUTTON_TYPE_INVALID")
	}
	b, id = s.author(p.message), rand.Text()
	b.callbacks[id] = &callback{chat: p.chat}
	s.tell(b, update{CallbackQuery: &apiCallbackQuery{
		ID:           id,
		From:         userOf(p.person),
		Message:      *messageObject(p.object, p.message),
		ChatInstance: strconv.FormatInt(p.object.ID, 10),
		Data:         p.button.data,
	}})
	return id, b, nil
}

// answerCallbackQuery ends the waiting of a pressed callback button. An answer can be given once.
func (s *Sim) answerCallbackQuery(b *bot, p params) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	call, ok := b.callbacks[p["callback_query_id"]]
	if !ok || call.done {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	if utf8.RuneCountInString(p["text"]) > 200 {
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	call.done, call.answer = true, p["text"]
	call.chat.touch()
	return true, nil
}
