package bot

import (
	"encoding/json"
	"errors"
	"fmt"
)

// ErrBadUpdate means that what came is no update of the Bot API.
var ErrBadUpdate = errors.New("not an update of the bot api")

// update is what we read of an update, and nothing more: what Telegram adds to
// or changes in the rest of it can do no harm.
//
// Source: https://core.telegram.org/bots/api#update
type update struct {
	ID           *int64             `json:"update_id"`
	Message      *message           `json:"message"`
	MyChatMember *chatMemberUpdated `json:"my_chat_member"`
}

// Source: https://core.telegram.org/bots/api#message
type message struct {
	From               user             `json:"from"`
	Chat               chat             `json:"chat"`
	Date               int64            `json:"date"`
	Text               string           `json:"text"`
	ThreadID           int              `json:"message_thread_id"`
	IsTopicMessage     bool             `json:"is_topic_message"`
	ConnectedWebsite   string           `json:"connected_website"`
	WriteAccessAllowed *json.RawMessage `json:"write_access_allowed"`
}

// Source: https://core.telegram.org/bots/api#chatmemberupdated
type chatMemberUpdated struct {
	Chat chat       `json:"chat"`
	Date int64      `json:"date"`
	New  chatMember `json:"new_chat_member"`
}

type user struct {
	ID int64 `json:"id"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

type chatMember struct {
	Status string `json:"status"`
	User   user   `json:"user"`
}

const (
	privateChat = "private"
	// maxTelegramID: "at most 52 significant bits", says
	// https://core.telegram.org/bots/api#user.
	maxTelegramID = 1 << 52
	// lastDate is in the year 2100: what is later is no date.
	lastDate = 4102444800
)

// decodeUpdate reads one update. Its errors are [ErrBadUpdate]. What does not
// concern us is left out; what does is in range.
func decodeUpdate(text []byte) (update, error) {
	var u update
	if err := json.Unmarshal(text, &u); err != nil {
		return update{}, fmt.Errorf("%w: %s", ErrBadUpdate, jsonTrouble(err))
	}
	if u.ID == nil || *u.ID < 0 {
		return update{}, fmt.Errorf("%w: no update_id", ErrBadUpdate)
	}
	if m := u.Message; m != nil {
		if !isDate(m.Date) {
			return update{}, fmt.Errorf("%w: date of the message", ErrBadUpdate)
		}
		if m.isPrivate() && !isPerson(m.From.ID) {
			return update{}, fmt.Errorf("%w: sender of the message", ErrBadUpdate)
		}
	}
	if c := u.MyChatMember; c != nil {
		if !isDate(c.Date) {
			return update{}, fmt.Errorf("%w: date of the change", ErrBadUpdate)
		}
		if c.Chat.Type == privateChat && !isPerson(c.Chat.ID) {
			return update{}, fmt.Errorf("%w: chat of the change", ErrBadUpdate)
		}
	}
	return u, nil
}

// jsonTrouble names the place but not the content: it may be what a person
// wrote.
func jsonTrouble(err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "type of " + e.Field
	}
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("no json at byte %d", e.Offset)
	}
	return "no json"
}

func isDate(seconds int64) bool { return seconds > 0 && seconds < lastDate }

func isPerson(id int64) bool { return id >= 1 && id <= maxTelegramID }

// isPrivate reports whether a person wrote it to the bot alone.
func (m *message) isPrivate() bool { return m.Chat.Type == privateChat && m.From.ID == m.Chat.ID }

// topic is the forum topic that a message was written in; 0 for none.
func (m *message) topic() int {
	if m.IsTopicMessage {
		return m.ThreadID
	}
	return 0
}
