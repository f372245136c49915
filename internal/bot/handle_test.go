package bot_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-telegram/bot/models"
)

// The stand-in has no groups, so these updates are handed over directly.
func TestHandle_answersWhatIsMeantForThisBotOnly(t *testing.T) {
	t.Parallel()
	const private, group = models.ChatTypePrivate, models.ChatTypeSupergroup
	tests := []struct {
		name     string
		chat     models.ChatType
		text     string
		answered bool
	}{
		{"login in a group", group, "/login", true},
		{"login in a group, addressed", group, "/login@" + username, true},
		{"login for another bot", group, "/login@other_bot", false},
		{"start in a group", group, "/start abc", false},
		{"start in a channel", models.ChatTypeChannel, "/start", false},
		{"start for another bot", private, "/start@other_bot", false},
		{"start", private, "/start", true},
		{"another command", private, "/help", false},
		{"a longer command", private, "/started", false},
		{"a word", private, "start", false},
		{"a slash", private, "/", false},
		{"an address without a command", private, "/@" + username, false},
		{"nothing", private, "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := newMessageSink(t)
			b, _, _ := newBot(t, api.url, nil)

			b.Handle(t.Context(), message(test.chat, test.text))

			if answered := len(api.sent) == 1; answered != test.answered || len(api.sent) > 1 {
				t.Errorf("%q was answered with %d messages", test.text, len(api.sent))
			}
		})
	}
}

// Everybody in a group may press the button, and the state belongs to one
// browser.
func TestHandle_buttonForAGroupCarriesNoState(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t)
	b, _, _ := newBot(t, api.url, nil)

	b.Handle(t.Context(), message(models.ChatTypeSupergroup, "/login abc"))

	if len(api.sent) != 1 {
		t.Fatalf("%d messages were sent, want one", len(api.sent))
	}
	if api.sent[0].chatID != "-1001" || strings.Contains(api.sent[0].markup, "abc") {
		t.Errorf("sent %+v, want a button without a state to the group", api.sent[0])
	}
}

// A preview would make Telegram's crawler visit the login address.
func TestHandle_messageHasNoPreview(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t)
	b, _, _ := newBot(t, api.url, nil)

	b.Handle(t.Context(), message(models.ChatTypePrivate, "/start"))

	if len(api.sent) != 1 || api.sent[0].preview != `{"is_disabled":true}` {
		t.Errorf("sent %+v, want one message with the preview disabled", api.sent)
	}
}

func TestHandle_addressedCommandIsLeftAloneWhileTheUsernameIsNotKnown(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t)
	b, _, _ := newBotCalled(t, "", api.url, nil)

	b.Handle(t.Context(), message(models.ChatTypeSupergroup, "/login@"+username))

	if len(api.sent) != 0 {
		t.Errorf("a command for a bot that may be another was answered: %+v", api.sent)
	}
}

func TestHandle_leavesOtherUpdatesAlone(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t)
	b, logged, _ := newBot(t, api.url, nil)

	b.Handle(t.Context(), &models.Update{})
	b.Handle(t.Context(), &models.Update{MyChatMember: &models.ChatMemberUpdated{}})
	b.Handle(t.Context(), &models.Update{EditedMessage: message(models.ChatTypePrivate, "/start").Message})

	if len(api.sent) != 0 || logged.String() != "" {
		t.Errorf("sent %+v and logged %q, want nothing", api.sent, logged)
	}
}

func message(chat models.ChatType, text string) *models.Update {
	return &models.Update{Message: &models.Message{Text: text, Chat: models.Chat{ID: -1001, Type: chat}}}
}

// messageSink is a Bot API that takes messages. What was sent may be read when
// Handle has returned.
type messageSink struct {
	url  string
	sent []sentMessage
}

type sentMessage struct {
	chatID, markup, preview string
}

func newMessageSink(t *testing.T) *messageSink {
	t.Helper()
	sink := &messageSink{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sink.sent = append(sink.sent, sentMessage{r.FormValue("chat_id"), r.FormValue("reply_markup"), r.FormValue("link_preview_options")})
		_, _ = w.Write([]byte(`{"ok":true,"result":{"message_id":1}}`))
	}))
	t.Cleanup(server.Close)
	sink.url = server.URL
	return sink
}
