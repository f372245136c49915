package bot_test

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// What an update asks for stands in the queue, in the transaction that marks the
// update as handled.
func TestReceive_queuesTheAnswerThatIsAskedFor(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		update string
		answer string // Empty for none.
	}{
		{"start", saying("/start"), "login"},
		{"start with a state", saying("/start abc"), "login"},
		{"login", saying("/login"), "login"},
		{"login in capitals", saying("/LOGIN"), "login"},
		{"stop", saying("/stop"), "stop"},
		{"whoami", saying("/whoami"), "whoami"},
		{"an unknown command", saying("/unknown"), "help"},
		{"a longer command", saying("/started"), "help"},
		{"a word", saying("hello"), "help"},
		{"a slash", saying("/"), "help"},
		{"a picture", updateWith(`"message": ` + privateMessage(`"photo": []`)), ""},
		{"a login", updateWith(`"message": ` + privateMessage(`"connected_website": "localhost"`)), ""},
		{"login in a group", groupMessage("/login"), "login"},
		{"login in a group, addressed", groupMessage("/login@" + username), "login"},
		{"login for another bot", groupMessage("/login@other_bot"), ""},
		{"start in a group", groupMessage("/start abc"), ""},
		{"stop in a group", groupMessage("/stop"), ""},
		{"whoami in a group", groupMessage("/whoami"), ""},
		{"a word in a group", groupMessage("hello"), ""},
		{"blocked", memberUpdate("kicked"), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBot(t, unreachable(t))

			b.receive(t, test.update)

			var answers string
			err := b.db.QueryRow(t.Context(), "SELECT coalesce(string_agg(args->>'answer', ' '), '') FROM river_job").Scan(&answers)
			if err != nil || answers != test.answer {
				t.Errorf("answers %q, %v, want %q", answers, err, test.answer)
			}
		})
	}
}

// At a start the username is not known yet: nothing gets lost, and nobody else's
// command is answered.
func TestAnswer_toAnAddressedCommandWaitsForTheUsername(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	b := newBot(t, telegram.url, withoutUsername)
	b.receive(t, groupMessage("/login@other_bot"))
	b.receive(t, groupMessage("/login@"+username))
	if n := b.count(t, "river_job"); n != 2 {
		t.Fatalf("%d answers are queued, want both while it is not known whose they are", n)
	}

	b.Introduce(t.Context())
	b.send(t)

	b.awaitRow(t, "(SELECT 1 FROM river_job WHERE state = 'completed' HAVING count(*) = 2) x")
	if n := telegram.calls("sendMessage"); n != 1 {
		t.Errorf("%d answers were sent, want ours only", n)
	}
}

// Telegram keeps updates for a day; a button that nobody waits for would puzzle.
func TestReceive_oldCommandsAreNotAnswered(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t))
	b.clock.advance(time.Hour + time.Second)

	b.receive(t, saying("/login"))

	if jobs, facts := b.count(t, "river_job"), b.count(t, "write_access_events"); jobs != 0 || facts != 1 {
		t.Errorf("%d answers and %d facts, want the fact only", jobs, facts)
	}
}

// Whoever hammers on the button does not fill the queue.
func TestReceive_whoWritesFasterThanTheBotMayAnswerGetsAFewAnswers(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t))
	for range 10 {
		b.receive(t, saying("/start abc"))
	}
	b.receive(t, groupMessage("/login"))
	if n := b.count(t, "river_job"); n != 3 {
		t.Errorf("%d answers wait, want 3 in all chats together", n)
	}
	b.receive(t, strings.ReplaceAll(groupMessage("/login"), strconv.Itoa(anna), "42"))
	if n := b.count(t, "river_job"); n != 4 {
		t.Error("somebody else's command was not answered")
	}
}

func TestAnswer_stopTurnsNotificationsOff(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	b := newBot(t, telegram.url)
	b.signIn(t, noon)
	b.run(t)

	answers := telegram.answersAfter(t, telegram.say(t, "/stop"))

	if text := answers[0].Text; !strings.Contains(text, "are off") || !strings.Contains(text, accountURL+"/messages") {
		t.Errorf("answered %q", text)
	}
	if n := b.count(t, "accounts WHERE notifications"); n != 0 {
		t.Error("notifications are still on")
	}
}

func TestAnswer_whoamiTellsWhatTheSiteKnows(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	b := newBot(t, telegram.url)
	b.clock.start()
	b.run(t)

	answers := telegram.answersAfter(t, telegram.say(t, "/whoami"))
	if text := answers[0].Text; !strings.Contains(text, "no account") || !strings.Contains(text, "/login") {
		t.Errorf("to a stranger: %q", text)
	}

	account := b.signIn(t, noon)
	if err := b.store.SetNotifications(t.Context(), account.ID, false, noon); err != nil { // No welcome comes in between.
		t.Fatal(err)
	}
	answers = telegram.answersAfter(t, telegram.say(t, "/whoami"))
	for _, want := range []string{"Anna <b>Petrova</b>", "@anna", "700100001", "23 November 2026", "Notifications: off", accountURL} {
		if text := answers[0].Text; !strings.Contains(text, want) {
			t.Errorf("%q does not hold %q", text, want)
		}
	}
}

func TestAnswer_unknownTextBringsTheCommands(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	newBot(t, telegram.url).run(t)

	answers := telegram.answersAfter(t, telegram.say(t, "What is this?"))

	for _, want := range []string{"/login", "/whoami", "/stop", "localhost"} {
		if text := answers[0].Text; !strings.Contains(text, want) {
			t.Errorf("%q does not hold %q", text, want)
		}
	}
}

func TestIntroduce_registersTheCommands(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	newBot(t, telegram.url).Introduce(t.Context())

	var menu struct {
		Result []struct{ Command, Description string } `json:"result"`
	}
	telegram.owner(t, "getMyCommands", map[string]any{}, &menu)
	var names []string
	for _, c := range menu.Result {
		names = append(names, c.Command)
	}
	if got := strings.Join(names, " "); got != "login whoami stop" {
		t.Errorf("commands %q", got)
	}
}

// The menu belongs to the program that runs the bot.
func TestIntroduce_registersNothingWhenAnotherProgramRunsTheBot(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	newBot(t, telegram.url, listens, withoutUsername).Introduce(t.Context())
	if n := telegram.calls("setMyCommands"); n != 0 {
		t.Errorf("setMyCommands was called %d times", n)
	}
}

// Everybody in a group may press the button, and the state belongs to one
// browser. A preview would make Telegram's crawler visit the login address.
func TestAnswer_buttonForAGroupCarriesNoState(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t)
	b := newBot(t, api.url)
	b.send(t)

	b.receive(t, groupMessage("/login abc"))

	api.await(t, "the button", func() bool { return len(api.sent) == 1 })
	got := api.sent[0]
	if got.chatID != "-1001" || strings.Contains(got.markup, "abc") || !strings.Contains(got.markup, loginURL) {
		t.Errorf("sent %+v, want a button without a state to the group", got)
	}
	if got.preview != `{"is_disabled":true}` {
		t.Errorf("preview is %q", got.preview)
	}
}
