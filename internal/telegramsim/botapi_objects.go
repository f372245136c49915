package telegramsim

import (
	"regexp"
	"time"
	"unicode/utf16"
)

// The objects of the Bot API, as far as a login needs them: https://core.telegram.org/bots/api.

type apiUser struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name,omitempty"`
	Username     string `json:"username,omitempty"`
	LanguageCode string `json:"language_code,omitempty"`
}

type apiChat struct {
	ID        int64  `json:"id"`
	Title     string `json:"title,omitempty"` // of a group
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Type      string `json:"type"`
}

type apiMessage struct {
	ID               int         `json:"message_id"`
	From             apiUser     `json:"from"`
	Chat             apiChat     `json:"chat"`
	Date             int64       `json:"date"`
	Text             string      `json:"text,omitempty"`
	Entities         []apiEntity `json:"entities,omitempty"`
	ConnectedWebsite string      `json:"connected_website,omitempty"`
	ReplyMarkup      *apiMarkup  `json:"reply_markup,omitempty"`
}

type apiEntity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
}

type apiMarkup struct {
	Rows [][]apiButton `json:"inline_keyboard"`
}

type apiButton struct {
	Text         string `json:"text"`
	URL          string `json:"url,omitempty"`
	CallbackData string `json:"callback_data,omitempty"`
}

type apiCallbackQuery struct {
	ID           string     `json:"id"`
	From         apiUser    `json:"from"`
	Message      apiMessage `json:"message"`
	ChatInstance string     `json:"chat_instance"`
	Data         string     `json:"data"`
}

type apiChatMemberUpdated struct {
	Chat apiChat       `json:"chat"`
	From apiUser       `json:"from"`
	Date int64         `json:"date"`
	Old  apiChatMember `json:"old_chat_member"`
	New  apiChatMember `json:"new_chat_member"`
}

type apiChatMember struct {
	Status    string  `json:"status"`
	User      apiUser `json:"user"`
	UntilDate *int64  `json:"until_date,omitempty"` // 0, for ever, for a bot that was blocked
}

func userOf(p Person) apiUser {
	return apiUser{
		ID: p.ID, FirstName: p.FirstName, LastName: p.LastName, Username: p.Username,
		LanguageCode: p.LanguageCode,
	}
}

func chatOf(p Person) apiChat {
	return apiChat{ID: p.ID, FirstName: p.FirstName, LastName: p.LastName, Username: p.Username, Type: "private"}
}

func (b *bot) user() apiUser {
	return apiUser{ID: b.number, IsBot: true, FirstName: b.Name, Username: b.Username}
}

// messageObject is a message of a chat as a bot sees it. A login button comes back as a plain url button, as from
// Telegram: a bot that copies keyboards out of received messages loses the login.
func messageObject(in apiChat, m message) *apiMessage {
	object := &apiMessage{
		ID: m.id, From: m.from, Chat: in, Date: m.at.Unix(), Text: m.text,
		ConnectedWebsite: m.connectedTo,
	}
	if m.fromPerson {
		object.Entities = commandIn(m.text)
	}
	if len(m.keyboard) > 0 {
		object.ReplyMarkup = &apiMarkup{}
	}
	for _, row := range m.keyboard {
		var keys []apiButton
		for _, key := range row {
			keys = append(keys, apiButton{Text: key.text, URL: key.address(), CallbackData: key.data})
		}
		object.ReplyMarkup.Rows = append(object.ReplyMarkup.Rows, keys)
	}
	return object
}

var leadingCommand = regexp.MustCompile(`^/[A-Za-z0-9_]{1,64}(@[A-Za-z0-9_]+)?`)

// commandIn marks a command at the start of a text: bot frameworks look for the mark, not for the slash.
func commandIn(text string) []apiEntity {
	command := leadingCommand.FindString(text)
	if command == "" {
		return nil
	}
	return []apiEntity{{Type: "bot_command", Length: len(utf16.Encode([]rune(command)))}}
}

// memberUpdate tells a bot that its status in a private chat changed.
func (b *bot) memberUpdate(p Person, from, to string, now time.Time) *apiChatMemberUpdated {
	member := func(status string) apiChatMember {
		m := apiChatMember{Status: status, User: b.user()}
		if status == "kicked" {
			m.UntilDate = new(int64)
		}
		return m
	}
	return &apiChatMemberUpdated{Chat: chatOf(p), From: userOf(p), Date: now.Unix(), Old: member(from), New: member(to)}
}
