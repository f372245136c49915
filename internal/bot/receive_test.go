package bot_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/users"
)

func TestReceive_takesNoteOfWhatAnUpdateSaysAboutWriting(t *testing.T) {
	t.Parallel()
	const allowed, blocked, unknown = users.WriteAccessAllowed, users.WriteAccessBlocked, users.WriteAccessUnknown
	tests := []struct {
		name   string
		update string
		state  users.WriteAccessState
		source users.WriteAccessSource
	}{
		{"agreed while logging in", updateWith(`"message": ` + privateMessage(`"connected_website": "localhost"`)), allowed, users.FromConnectedWebsite},
		{"agreed, in other letters", updateWith(`"message": ` + privateMessage(`"connected_website": "LocalHost"`)), allowed, users.FromConnectedWebsite},
		{"agreed on another site of the bot", updateWith(`"message": ` + privateMessage(`"connected_website": "other.example"`)), unknown, ""},
		{"agreed on a site that ends like ours", updateWith(`"message": ` + privateMessage(`"connected_website": "evil-localhost"`)), unknown, ""},
		{"agreed in a mini app", updateWith(`"message": ` + privateMessage(`"write_access_allowed": {"web_app_name": "x"}`)), allowed, users.FromWriteAccessAllowed},
		{"agreed, with nothing more said", updateWith(`"message": ` + privateMessage(`"write_access_allowed": {}`)), allowed, users.FromWriteAccessAllowed},
		{"wrote", saying("hello"), allowed, users.FromPrivateMessage},
		{"sent a picture", updateWith(`"message": ` + privateMessage(`"photo": [{"file_id": "x"}]`)), allowed, users.FromPrivateMessage},
		{"blocked the bot", memberUpdate("kicked"), blocked, users.FromMyChatMember},
		{"unblocked the bot", memberUpdate("member"), allowed, users.FromMyChatMember},
		{"a status that is none in private chats", memberUpdate("restricted"), unknown, ""},
		{"wrote in a group", groupMessage("hello"), unknown, ""},
		{"the bot was thrown out of a group", strings.ReplaceAll(memberUpdate("kicked"), `"private"`, `"group"`), unknown, ""},
		{"somebody else's status", strings.ReplaceAll(memberUpdate("kicked"), strconv.Itoa(botID), "4711"), unknown, ""},
		{"an edited message", strings.Replace(saying("hello"), `"message":`, `"edited_message":`, 1), unknown, ""},
		{"something new", updateWith(`"hologram": {"from": {"id": 1}}`), unknown, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBot(t, unreachable(t))

			b.receive(t, test.update)

			got, err := b.WriteAccess(t.Context(), anna)
			if err != nil || got.State != test.state || got.Source != test.source {
				t.Errorf("WriteAccess = %+v, %v, want %s from %q", got, err, test.state, test.source)
			}
			if got.State != unknown && !got.Since.Equal(noon) {
				t.Errorf("since %s, want Telegram's date", got.Since)
			}
			if n := b.count(t, "write_access_events"); (n == 0) != (test.state == unknown) {
				t.Errorf("%d events were recorded", n)
			}
		})
	}
}

func TestReceive_actsOnceOnAnUpdateThatComesTwice(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t))
	again := saying("/login")

	b.receive(t, again)
	b.receive(t, again)

	if events, jobs := b.count(t, "write_access_events"), b.count(t, "river_job"); events != 1 || jobs != 1 {
		t.Errorf("%d events and %d answers, want one of each", events, jobs)
	}
}

// An update is marked as handled together with what it causes, or not at all.
func TestReceive_updateThatCouldNotBeAppliedComesAgain(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t))
	update := saying("/login")
	if _, err := b.db.Exec(t.Context(), "ALTER TABLE river_job RENAME TO away"); err != nil {
		t.Fatal(err)
	}
	if err := b.Receive(t.Context(), []byte(update)); err == nil {
		t.Fatal("Receive = nil while there is no queue")
	}
	if n := b.count(t, "handled_updates") + b.count(t, "write_access_events"); n != 0 {
		t.Errorf("%d rows were left behind", n)
	}
	if _, err := b.db.Exec(t.Context(), "ALTER TABLE away RENAME TO river_job"); err != nil {
		t.Fatal(err)
	}

	b.receive(t, update)

	if events, jobs := b.count(t, "write_access_events"), b.count(t, "river_job"); events != 1 || jobs != 1 {
		t.Errorf("%d events and %d answers, want one of each", events, jobs)
	}
}

func TestReceive_outageIsToldFromABadUpdate(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t))
	b.db.Close()
	if err := b.Receive(t.Context(), []byte(saying("/login"))); !errors.Is(err, users.ErrUnavailable) {
		t.Errorf("Receive = %v, want ErrUnavailable", err)
	}
	if err := b.Receive(t.Context(), []byte(saying("hello"))); !errors.Is(err, users.ErrUnavailable) {
		t.Errorf("Receive = %v, want ErrUnavailable", err)
	}
}

func TestReceive_refusesWhatIsNoUpdate(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t))
	future := 4102444800
	for _, text := range []string{
		``, `null`, `[]`, `7`, `"x"`, `{}`, `{"update_id": null}`, `{"update_id": -1}`, `{"update_id": 1.5}`, `{"update_id": "1"}`,
		`{"update_id": 99999999999999999999}`, `{"update_id": 1} {"update_id": 2}`, `{"update_id": 1`, "\xef\xbb\xbf" + `{"update_id": 1}`,
		`{"update_id": 1, "message": []}`,
		`{"update_id": 1, "message": {"chat": {"id": 5, "type": "private"}, "from": {"id": 5}}}`,
		`{"update_id": 1, "message": {"chat": {"id": 5, "type": "private"}, "from": {"id": 5}, "date": -1}}`,
		fmt.Sprintf(`{"update_id": 1, "message": {"chat": {"id": 5, "type": "private"}, "from": {"id": 5}, "date": %d}}`, future),
		`{"update_id": 1, "message": {"chat": {"id": -5, "type": "private"}, "from": {"id": -5}, "date": 1}}`,
		`{"update_id": 1, "message": {"chat": {"id": 4503599627370497, "type": "private"}, "from": {"id": 4503599627370497}, "date": 1}}`,
		fmt.Sprintf(`{"update_id": 1, "my_chat_member": {"chat": {"id": 5, "type": "private"}, "date": %d}}`, future),
		`{"update_id": 1, "my_chat_member": {"chat": {"id": 0, "type": "private"}, "date": 1}}`,
		strings.Repeat("[", 100_000),
	} {
		if err := b.Receive(t.Context(), []byte(text)); !errors.Is(err, bot.ErrBadUpdate) {
			t.Errorf("Receive(%.80s) = %v, want ErrBadUpdate", text, err)
		}
	}
	if n := b.count(t, "handled_updates") + b.count(t, "write_access_events"); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}

// What a person wrote belongs into no log.
func TestReceive_errorQuotesNothingOfTheUpdate(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t))
	err := b.Receive(t.Context(), []byte(`{"update_id": 1, "message": {"date": "my secret"}}`))
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("Receive = %v, want an error without the text", err)
	}
}

// Another program runs the bot, answers people, and hands the updates on.
func TestReceive_onlyListensWhenAnotherProgramRunsTheBot(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t), listens)
	account := b.signIn(t, noon)

	b.receive(t, saying("/login"))
	b.receive(t, saying("/stop"))

	if n := b.count(t, "river_job"); n != 0 {
		t.Errorf("%d answers were queued", n)
	}
	if n := b.count(t, "accounts WHERE notifications AND id = $1", account.ID); n != 1 {
		t.Error("/stop to another program turned our notifications off")
	}
	if got, err := b.WriteAccess(t.Context(), anna); err != nil || got.State != users.WriteAccessAllowed {
		t.Errorf("WriteAccess = %+v, %v", got, err)
	}
}
