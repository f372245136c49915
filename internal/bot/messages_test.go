package bot_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/users"
)

// allow lets the bot know that Anna lets it write.
func (w *world) allow(t *testing.T) {
	t.Helper()
	w.receive(t, updateWith(`"message": `+privateMessage(`"connected_website": "localhost"`)))
}

// message is what the database says about the newest message.
func (w *world) message(t *testing.T) (kind, state, reason string) {
	t.Helper()
	err := w.db.QueryRow(t.Context(), "SELECT kind, state, coalesce(reason, '') FROM messages ORDER BY id DESC LIMIT 1").
		Scan(&kind, &state, &reason)
	if err != nil {
		t.Fatal(err)
	}
	return kind, state, reason
}

func (w *world) awaitSettled(t *testing.T, messages int) {
	t.Helper()
	w.awaitRow(t, "(SELECT 1 FROM messages WHERE settled_at IS NOT NULL HAVING count(*) = $1) x", messages)
}

func TestMessages_firstSignInBringsAWelcomeAndLaterOnesANotice(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t)
	b := newBot(t, api.url)
	b.clock.start()
	b.allow(t)
	b.send(t)

	b.signIn(t, noon)
	api.await(t, "the welcome", func() bool { return len(api.sent) == 1 })
	b.signIn(t, noon.Add(time.Second))
	api.await(t, "the notice", func() bool { return len(api.sent) == 2 })
	b.awaitSettled(t, 2)

	welcome, notice := api.sent[0], api.sent[1]
	if !strings.Contains(welcome.text, "Welcome to localhost, Anna <b>Petrova</b>!") || !strings.Contains(welcome.text, accountURL+"/messages") {
		t.Errorf("welcome %q", welcome.text)
	}
	if !strings.Contains(notice.text, "New sign-in") || !strings.Contains(notice.text, "Firefox on Android, 23 November 2026, 12:00 UTC") ||
		!strings.Contains(notice.text, accountURL+"/sessions") {
		t.Errorf("notice %q", notice.text)
	}
	for _, m := range api.sent {
		if m.chatID != "700100001" || m.parseMode != "" || m.preview != `{"is_disabled":true}` {
			t.Errorf("sent %+v, want it to Anna, as plain text, without a preview", m)
		}
	}
	if n := b.count(t, "messages WHERE state = 'sent'"); n != 2 {
		t.Errorf("%d messages are noted as sent", n)
	}
}

func TestMessages_noneLeavesWhileTheBotMayNotWrite(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		before func(*testing.T, *world)
		reason string
	}{
		{"blocked", func(t *testing.T, b *world) { t.Helper(); b.receive(t, memberUpdate("kicked")) }, "write_access"},
		{"notifications off", func(t *testing.T, b *world) {
			t.Helper()
			b.allow(t)
			if err := b.store.SetNotifications(t.Context(), 1, false, noon); err != nil {
				t.Fatal(err)
			}
		}, "notifications"},
		{"never heard of, for five minutes", func(_ *testing.T, b *world) { b.clock.advance(5 * time.Minute) }, "write_access"},
		{"old news", func(t *testing.T, b *world) { t.Helper(); b.allow(t); b.clock.advance(25 * time.Hour) }, "too_old"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := newMessageSink(t)
			b := newBot(t, api.url)
			b.signIn(t, noon)
			test.before(t, b)
			b.send(t)

			b.awaitSettled(t, 1)
			if kind, state, reason := b.message(t); kind != "welcome" || state != "dropped" || reason != test.reason {
				t.Errorf("%s %s %s, want it dropped because of %s", kind, state, reason, test.reason)
			}
			if got := api.texts(); len(got) != 0 {
				t.Errorf("sent %q", got)
			}
		})
	}
}

// The update may trail the redirect.
func TestMessages_waitForTheUpdateThatTrailsTheLogin(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t)
	b := newBot(t, api.url)
	b.signIn(t, noon)
	b.send(t)
	b.awaitRow(t, "river_job WHERE (metadata->>'snoozes')::int > 0")

	b.allow(t)

	api.await(t, "the welcome", func() bool { return len(api.sent) == 1 })
}

// The person changes their mind while the message waits for its slot.
func TestMessages_areJudgedOnceMoreAfterTheWait(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t)
	b := newBot(t, api.url)
	account := b.signIn(t, noon)
	b.allow(t)
	// The chat's slot is free and the bot's comes in almost a second.
	if _, err := b.db.Exec(t.Context(), "INSERT INTO send_slots (bot_id, chat_id, next_at) VALUES ($1, 0, $2)",
		botID, noon.Add(900*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	b.send(t)
	b.awaitRow(t, "send_slots WHERE chat_id = $1", anna) // Its slot is taken: it waits.
	if err := b.store.SetNotifications(t.Context(), account.ID, false, noon); err != nil {
		t.Fatal(err)
	}

	b.awaitSettled(t, 1)
	if _, state, reason := b.message(t); state != "dropped" || reason != "notifications" {
		t.Errorf("%s %s", state, reason)
	}
	if got := api.texts(); len(got) != 0 {
		t.Errorf("sent %q", got)
	}
}

// The person changed their mind after the message was queued.
func TestMessages_areJudgedWhenTheyLeave(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t)
	b := newBot(t, api.url)
	account := b.signIn(t, noon)
	b.allow(t)
	if queued, err := b.SendTest(t.Context(), account); err != nil || !queued {
		t.Fatalf("SendTest = %t, %v", queued, err)
	}
	if n := b.count(t, "river_job"); n != 1 {
		t.Fatalf("%d jobs, want the test message's", n)
	}
	b.receive(t, memberUpdate("kicked"))

	b.send(t)
	b.awaitSettled(t, 2) // And the welcome.

	if got := api.texts(); len(got) != 0 {
		t.Errorf("sent %q to somebody who has blocked the bot", got)
	}
}

func TestSendTest_isRefusedBeforeSendingWhenItMayNotLeave(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*testing.T, *world){
		"write_access":  func(t *testing.T, b *world) { t.Helper(); b.receive(t, memberUpdate("kicked")) },
		"notifications": func(t *testing.T, b *world) { t.Helper(); b.allow(t); b.receive(t, saying("/stop")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBot(t, unreachable(t))
			b.signIn(t, noon)
			prepare(t, b)
			account, _, err := b.store.FindAccount(t.Context(), anna)
			if err != nil {
				t.Fatal(err)
			}

			if queued, err := b.SendTest(t.Context(), account); err != nil || queued {
				t.Fatalf("SendTest = %t, %v", queued, err)
			}

			if kind, state, reason := b.message(t); kind != "test" || state != "dropped" || reason != name {
				t.Errorf("%s %s %s", kind, state, reason)
			}
			if n := b.count(t, "river_job WHERE kind = 'message'"); n != 0 {
				t.Error("a job was queued")
			}
		})
	}
}

// A test message whose fate is not known at once is unknown to be allowed: it
// waits for nothing.
func TestSendTest_toSomebodyOfWhomNothingIsKnownIsRefused(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t))
	account := b.signIn(t, noon)
	if queued, err := b.SendTest(t.Context(), account); err != nil || queued {
		t.Fatalf("SendTest = %t, %v", queued, err)
	}
	if kind, state, reason := b.message(t); kind != "test" || state != "dropped" || reason != "write_access" {
		t.Errorf("%s %s %s", kind, state, reason)
	}
}

func TestMessages_refusalEndsThemAndIsWrittenDown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		answer answering
		state  users.WriteAccessState
	}{
		{refuse(403, "Forbidden: bot was blocked by the user"), users.WriteAccessBlocked},
		{refuse(403, "Forbidden: bot can't initiate conversation with a user"), users.WriteAccessUnreachable},
		{refuse(403, "Forbidden: user is deactivated"), users.WriteAccessUnreachable},
		{refuse(400, "Bad Request: chat not found"), users.WriteAccessUnreachable},
		{refuse(400, "Bad Request: private chat not found"), users.WriteAccessUnreachable},
	}
	for _, test := range tests {
		api := newMessageSink(t, test.answer)
		b := newBot(t, api.url)
		b.signIn(t, noon)
		b.allow(t)
		b.clock.advance(time.Second) // The send counts as later than the update.
		b.send(t)

		b.awaitSettled(t, 1)
		if _, state, reason := b.message(t); state != "failed" || reason != "write_access" {
			t.Errorf("%s %s, want it failed for want of write access", state, reason)
		}
		got, err := b.WriteAccess(t.Context(), anna)
		if err != nil || got.State != test.state || got.Source != users.FromSend {
			t.Errorf("WriteAccess = %+v, %v, want %s", got, err, test.state)
		}
		if n := len(api.texts()); n != 1 {
			t.Errorf("sent %d times", n)
		}
	}
}

func TestMessages_thatTelegramWantsFromNobodyAreNotRepeated(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t, refuse(400, "Bad Request: message is too long"))
	b := newBot(t, api.url)
	b.signIn(t, noon)
	b.allow(t)
	b.send(t)

	b.awaitSettled(t, 1)
	if _, state, reason := b.message(t); state != "failed" || reason != "refused" {
		t.Errorf("%s %s", state, reason)
	}
	if got, err := b.WriteAccess(t.Context(), anna); err != nil || got.State != users.WriteAccessAllowed {
		t.Errorf("WriteAccess = %+v, %v", got, err)
	}
}

// At most once: nobody knows whether it arrived, so it is not sent again.
func TestWelcome_isNotSentAgainWhenItsFateIsNotKnown(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]answering{
		"hangs up":     hangUp,
		"page":         page,
		"server error": refuse(500, "Internal Server Error"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newMessageSink(t, answer, accept)
			b := newBot(t, api.url)
			b.signIn(t, noon)
			b.allow(t)
			b.send(t)

			b.awaitSettled(t, 1)
			if _, state, reason := b.message(t); state != "uncertain" || reason != "interrupted" {
				t.Errorf("%s %s", state, reason)
			}
			if n := len(api.texts()); n != 1 {
				t.Errorf("sent %d times", n)
			}
		})
	}
}

// A copy of the site was killed between sending and noting it.
func TestWelcome_isNotSentAgainAfterAKill(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t)
	b := newBot(t, api.url)
	b.signIn(t, noon)
	if _, err := b.db.Exec(t.Context(), `
		WITH relayed AS (UPDATE activity SET fresh = false), m AS (
			INSERT INTO messages (account_id, kind, state, created_at) SELECT id, 'welcome', 'sending', created_at FROM accounts RETURNING id)
		INSERT INTO river_job (kind, queue, args, max_attempts)
		SELECT 'message', 'telegram', jsonb_build_object('message_id', id, 'telegram_id', 700100001), 5 FROM m`); err != nil {
		t.Fatal(err)
	}
	b.allow(t)
	b.send(t)

	b.awaitSettled(t, 1)
	if _, state, reason := b.message(t); state != "uncertain" || reason != "interrupted" {
		t.Errorf("%s %s", state, reason)
	}
	if got := api.texts(); len(got) != 0 {
		t.Errorf("sent %q", got)
	}
}

// At least once: better twice than never.
func TestNotice_isSentAgainUntilTelegramHasTakenIt(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t, accept, hangUp, page, refuse(502, "Bad Gateway"), accept)
	b := newBot(t, api.url)
	b.clock.start()
	b.allow(t)
	b.send(t)
	b.signIn(t, noon)
	b.awaitSettled(t, 1)
	b.signIn(t, noon.Add(time.Second))

	b.awaitSettled(t, 2)
	if n := b.count(t, "messages WHERE state = 'sent'"); n != 2 {
		t.Errorf("%d were sent, want the welcome and the notice", n)
	}
	if n := len(api.texts()); n != 5 {
		t.Errorf("%d calls, want the welcome and four tries of the notice", n)
	}
}

// A message that may have arrived each time is not repeated without end.
func TestNotice_isNotRepeatedForEverWhenNoAnswerEverComes(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t, accept, hangUp)
	b := newBot(t, api.url)
	b.clock.start()
	b.allow(t)
	b.send(t)
	b.signIn(t, noon)
	b.awaitSettled(t, 1)
	b.signIn(t, noon.Add(time.Second))

	b.awaitSettled(t, 2)
	if kind, state, _ := b.message(t); kind != "sign_in" || state != "uncertain" {
		t.Errorf("%s %s", kind, state)
	}
	if n := len(api.texts()); n != 5 {
		t.Errorf("%d calls, want the welcome and four tries", n)
	}
}

// Telegram has taken it, whatever the result looks like.
func TestMessages_areTakenWhateverTheResult(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t, func(w http.ResponseWriter, _ int) { _, _ = w.Write([]byte(`{"ok":true,"result":"of a new kind"}`)) })
	b := newBot(t, api.url)
	b.signIn(t, noon)
	b.allow(t)
	b.send(t)

	b.awaitSettled(t, 1)
	if _, state, _ := b.message(t); state != "sent" {
		t.Errorf("state %s", state)
	}
}

// Without a connection nothing was sent, however the dial ended.
func TestWelcome_isTriedAgainWhenThereWasNoConnection(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t))
	b.clock.start()
	b.signIn(t, noon)
	b.allow(t)
	b.send(t)

	b.awaitRow(t, "river_job WHERE state = 'available' AND attempt > 0 OR state = 'retryable'")
	if _, state, _ := b.message(t); state != "queued" {
		t.Errorf("state %s, want it to be tried again", state)
	}
}

// What surely did not arrive is tried again, also at most once.
func TestWelcome_isTriedAgainWhenItSurelyDidNotLeave(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]answering{
		"flood":         flood(1),
		"revoked token": refuse(401, "Unauthorized"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newMessageSink(t, answer, accept)
			b := newBot(t, api.url)
			b.clock.start()
			b.signIn(t, noon)
			b.allow(t)
			b.send(t)

			b.awaitSettled(t, 1)
			if _, state, _ := b.message(t); state != "sent" {
				t.Errorf("state %s", state)
			}
		})
	}
}

// Flood control concerns the whole bot: no message leaves before its end,
// whatever the chat and whichever copy of the site.
func TestFlood_holdsAllMessagesBackForAsLongAsTelegramSays(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t, flood(600), accept)
	b := newBot(t, api.url)
	b.send(t)
	b.receive(t, saying("/login"))
	api.await(t, "the first try", func() bool { return len(api.sent) == 1 })
	b.awaitRow(t, "send_slots WHERE chat_id = 0 AND held_until = $1", noon.Add(600*time.Second))

	other := newBotOn(t, b.db, api.url)
	other.send(t)
	other.receive(t, groupMessage("/login"))
	b.awaitRow(t, "river_job WHERE state = 'scheduled' AND args->>'chat_id' = '-1001'")

	if n := len(api.texts()); n != 1 {
		t.Errorf("%d calls while Telegram had told us to wait", n)
	}
}

func TestAnswer_toSomebodyWhoBlockedTheBotMeanwhileIsWrittenDown(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t, refuse(http.StatusForbidden, "Forbidden: bot was blocked by the user"))
	b := newBot(t, api.url)
	b.receive(t, saying("/login"))
	b.clock.advance(time.Second)
	b.send(t)

	b.awaitRow(t, "write_access_events WHERE source = 'send' AND state = 'blocked'")
	b.awaitRow(t, "river_job WHERE state = 'completed'")
}

func TestAnswer_isTriedAgainUntilTelegramHasTakenIt(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t, hangUp, accept)
	b := newBot(t, api.url)
	b.clock.start()
	b.receive(t, saying("/login"))
	b.send(t)

	api.await(t, "the second try", func() bool { return len(api.sent) == 2 })
	b.awaitRow(t, "river_job WHERE state = 'completed'")
}

// The account was deleted while its message was on its way.
func TestMessages_thatAreGoneEndTheirJob(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t)
	b := newBot(t, api.url)
	if _, err := b.db.Exec(t.Context(), `INSERT INTO river_job (kind, queue, args, max_attempts)
		VALUES ('message', 'telegram', '{"message_id": 4711, "telegram_id": 700100001}', 5)`); err != nil {
		t.Fatal(err)
	}
	b.send(t)
	b.awaitRow(t, "river_job WHERE state = 'completed'")
	if got := api.texts(); len(got) != 0 {
		t.Errorf("sent %q", got)
	}
}

// A job's row is a part of what its person can download: it names no machine of
// ours, as River's usual name of a worker does.
func TestMessages_jobsDoNotNameTheMachine(t *testing.T) {
	t.Parallel()
	api := newMessageSink(t)
	b := newBot(t, api.url)
	b.clock.start()
	b.allow(t)
	b.send(t)
	b.signIn(t, noon)
	api.await(t, "the welcome", func() bool { return len(api.sent) == 1 })
	b.awaitSettled(t, 1)
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	if n := b.count(t, "river_job WHERE attempted_by IS NOT NULL"); n == 0 {
		t.Error("no job has been worked on")
	}
	if n := b.count(t, "river_job j WHERE strpos(j::text, $1) > 0", host); n != 0 {
		t.Errorf("%d jobs name %s", n, host)
	}
}
