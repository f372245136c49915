package telegramsim

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxText is Telegram's limit of one message, in characters.
const maxText = 4096

// me is the answer of getMe.
type me struct {
	apiUser
	CanJoinGroups           bool `json:"can_join_groups"`
	CanReadAllGroupMessages bool `json:"can_read_all_group_messages"`
	SupportsInlineQueries   bool `json:"supports_inline_queries"`
	CanConnectToBusiness    bool `json:"can_connect_to_business"`
	HasMainWebApp           bool `json:"has_main_web_app"`
}

func (s *Sim) getMe(b *bot) me { return me{apiUser: b.user(), CanJoinGroups: true} }

func (s *Sim) sendMessage(b *bot, p params) (any, *apiError) {
	text := strings.TrimSpace(p["text"])
	switch {
	case text == "":
		return nil, badRequest("message text is empty")
	case utf8.RuneCountInString(text) > maxText:
		return nil, badRequest("message is too long")
	case p["parse_mode"] != "":
		return nil, badRequest("unsupported parse_mode")
	}
	keyboard, fail := s.parseKeyboard(p["reply_markup"], b)
	if fail != nil {
		return nil, fail
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	to, c, fail := s.writable(b, p)
	if fail != nil {
		return nil, fail
	}
	b.sends.CarriedOut++
	m := c.add(message{at: s.now(), from: b.user(), text: text, keyboard: keyboard})
	return messageObject(to, m), nil
}

func (s *Sim) sendChatAction(b *bot, p params) (any, *apiError) {
	actions := []string{
		"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
		"upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
	}
	if !slices.Contains(actions, p["action"]) {
		return nil, badRequest("wrong parameter action in request")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _, fail := s.writable(b, p)
	if fail != nil {
		return nil, fail
	}
	return true, nil
}

// getChat knows whom the bot has met: who wrote to it or allowed it to write.
func (s *Sim) getChat(b *bot, p params) (any, *apiError) {
	if p.isGroup() {
		return groupChat(), nil
	}
	person, fail := s.chatParam(p)
	if fail != nil {
		return nil, fail
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := b.chats[person.ID]
	if c == nil || !c.mayWrite {
		return nil, badRequest("chat not found")
	}
	return chatOf(person), nil
}

// writable finds the chat to send to, or Telegram's reason why not. The caller holds Sim.mu.
func (s *Sim) writable(b *bot, p params) (apiChat, *chat, *apiError) {
	if p.isGroup() {
		return groupChat(), s.group, nil
	}
	person, fail := s.chatParam(p)
	if fail != nil {
		return apiChat{}, nil, fail
	}
	c := b.chats[person.ID]
	switch {
	case s.isDeactivated(person):
		return apiChat{}, nil, forbidden("user is deactivated")
	case c == nil:
		return apiChat{}, nil, forbidden("bot can't initiate conversation with a user")
	case c.blocked:
		return apiChat{}, nil, forbidden("bot was blocked by the user")
	case !c.mayWrite:
		return apiChat{}, nil, forbidden("bot can't initiate conversation with a user")
	}
	return chatOf(person), c, nil
}

// chatParam finds the person whom chat_id names.
func (s *Sim) chatParam(p params) (Person, *apiError) {
	raw := p["chat_id"]
	if raw == "" {
		return Person{}, badRequest("chat_id is empty")
	}
	id, err := strconv.ParseInt(raw, 10, 64)
	if err != nil {
		return Person{}, badRequest("chat not found")
	}
	person, ok := s.person(id)
	if ok {
		return person, nil
	}
	for _, b := range s.bots {
		if b.number == id {
			return Person{}, forbidden("the bot can't send messages to the bot")
		}
	}
	return Person{}, badRequest("chat not found")
}
