package telegramsim

import (
	"crypto/rand"
	"strings"
	"unicode/utf8"
)

// callback waits for the bot's answerCallbackQuery after somebody pressed a callback button.
type callback struct {
	chat   *chat
	answer string
	done   bool
}

// send writes to the bot, which permits the bot to write back.
func (s *Sim) send(as int64, peer, text string) (message, *rpcError) {
	person, b, fail := s.client(as, peer)
	text = strings.TrimSpace(text)
	switch {
	case fail != nil:
		return message{}, fail
	case text == "":
		return message{}, rpcFail(400, "MESSAGE_EMPTY")
	case !utf8.ValidString(text):
		return message{}, rpcFail(400, "INPUT_TEXT_INVALID")
	case utf8.RuneCountInString(text) > maxText:
		return message{}, rpcFail(400, "MESSAGE_TOO_LONG")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := b.chatWith(person)
	if c.blocked {
		return message{}, rpcFail(400, "YOU_BLOCKED_USER")
	}
	c.mayWrite = true
	m := c.add(message{at: s.now(), fromPerson: true, text: text})
	b.updates.push(update{Message: b.messageObject(person, m)}, s.now())
	return m, nil
}

// setBlocked blocks or unblocks the bot and tells it, if that is a change.
func (s *Sim) setBlocked(as int64, peer string, blocked bool) *rpcError {
	person, b, fail := s.client(as, peer)
	if fail != nil {
		return fail
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := b.chatWith(person)
	if c.blocked == blocked {
		return nil
	}
	c.blocked = blocked
	from, to := "kicked", "member"
	if blocked {
		from, to = "member", "kicked"
	}
	b.updates.push(update{MyChatMember: b.memberUpdate(person, from, to, s.now())}, s.now())
	c.touch()
	return nil
}

// pressCallback tells the bot that one of its callback buttons was pressed. The id finds the answer.
func (s *Sim) pressCallback(as int64, peer string, msgID, buttonID int) (id string, fail *rpcError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, fail := s.press(as, peer, msgID, buttonID)
	if fail != nil {
		return "", fail
	}
	if p.button.data == "" {
		return "", rpcFail(400, "BUTTON_TYPE_INVALID")
	}
	b := s.botNamed(peer)
	m, _ := p.chat.message(msgID)
	id = rand.Text()
	b.callbacks[id] = &callback{chat: p.chat}
	b.updates.push(update{CallbackQuery: &apiCallbackQuery{
		ID:           id,
		From:         userOf(p.person),
		Message:      *b.messageObject(p.person, m),
		ChatInstance: p.person.id(),
		Data:         p.button.data,
	}}, s.now())
	return id, nil
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
