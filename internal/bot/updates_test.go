package bot_test

import (
	"fmt"
	"sync/atomic"
	"testing"
)

// lastUpdate numbers the updates of all tests of this package.
var lastUpdate atomic.Int64

// receive hands an update to the bot, as a poll or the webhook does.
func (w *world) receive(t *testing.T, text string) {
	t.Helper()
	if err := w.Receive(t.Context(), []byte(text)); err != nil {
		t.Fatalf("Receive(%s) = %v", text, err)
	}
}

// saying is an update: Anna writes to the bot.
func saying(text string) string {
	return updateWith(`"message": ` + privateMessage(fmt.Sprintf(`"text": %q`, text)))
}

// privateMessage is a message of Anna's in the chat with the bot, with more in it.
func privateMessage(more string) string {
	return fmt.Sprintf(`{"message_id": 7, "from": {"id": %d, "is_bot": false, "first_name": "Anna"},
		"chat": {"id": %d, "type": "private"}, "date": %d, %s}`, anna, anna, noon.Unix(), more)
}

// groupMessage is a message of Anna's in a group.
func groupMessage(text string) string {
	return updateWith(fmt.Sprintf(`"message": {"message_id": 7, "from": {"id": %d, "first_name": "Anna"},
		"chat": {"id": -1001, "type": "supergroup"}, "date": %d, "text": %q}`, anna, noon.Unix(), text))
}

// memberUpdate says that the bot's status in a private chat changed.
func memberUpdate(status string) string {
	return updateWith(fmt.Sprintf(`"my_chat_member": {"chat": {"id": %d, "type": "private"}, "from": {"id": %d}, "date": %d,
		"old_chat_member": {"status": "member", "user": {"id": %d}},
		"new_chat_member": {"status": %q, "user": {"id": %d}}}`, anna, anna, noon.Unix(), botID, status, botID))
}

func updateWith(more string) string {
	return fmt.Sprintf(`{"update_id": %d, %s}`, lastUpdate.Add(1), more)
}
