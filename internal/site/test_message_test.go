package site_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/site"
	"example.com/telegram-login/internal/users"
)

// deadline is for what comes sooner unless something is broken.
const deadline = 30 * time.Second

// testMessage is what the account page says of the last one; "" for nothing.
func (b *browser) testMessage() (state, text string) {
	b.w.t.Helper()
	said, _ := b.get("/account/messages").element("test-message")
	return said.attribute("data-state"), said.text
}

func (b *browser) mayTest() bool {
	b.w.t.Helper()
	return strings.Contains(b.get("/account/messages").body, `action="/account/test-message"`)
}

// sendTest presses the button.
func (b *browser) sendTest() {
	b.w.t.Helper()
	got := b.post("/account/test-message", nil)
	if got.StatusCode != http.StatusSeeOther || got.location() != "/account/messages#test-message" {
		b.w.t.Errorf("%s to %q: %s", got.Status, got.location(), got.heading())
	}
}

// await waits until a condition selects a row.
func (w *world) await(from string, args ...any) {
	w.t.Helper()
	tooLate := time.After(deadline)
	for w.count(from, args...) == 0 {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-tooLate:
			w.t.Fatalf("waited in vain for a row of %s %v", from, args)
		}
	}
}

func TestTestMessage_isSentByTheBot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var sent atomic.Pointer[string]
	telegram := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var m struct {
			ChatID int64  `json:"chat_id"`
			Text   string `json:"text"`
		}
		if json.NewDecoder(r.Body).Decode(&m) == nil && strings.HasSuffix(r.URL.Path, "/sendMessage") && m.ChatID == 42 {
			sent.Store(&m.Text)
		}
		rw.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(rw, `{"ok": true, "result": {"message_id": 1, "date": 1, "chat": {"id": 42, "type": "private"}}}`)
	}))
	t.Cleanup(telegram.Close)
	w.allow(anna)
	b := w.newBrowser()
	b.signIn(anna)
	// The sign-in itself causes a message: not this one.
	if _, err := w.db.Exec(t.Context(), "UPDATE activity SET fresh = false"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var sending sync.WaitGroup
	sending.Go(func() { w.newBot(func(c *bot.Config) { c.APIURL = telegram.URL }).Send(ctx) })
	t.Cleanup(func() {
		stop()
		sending.Wait()
	})

	b.sendTest()

	w.await("messages WHERE kind = 'test' AND state = 'sent'")
	state, text := b.testMessage()
	if state != "sent" || text != "The test message of 08:00:01 UTC was sent: look into the chat." {
		t.Errorf("the page says %s: %q", state, text)
	}
	if text := sent.Load(); text == nil || !strings.Contains(*text, "test message that you asked for") {
		t.Errorf("Telegram got %v", text)
	}
	if !b.mayTest() {
		t.Error("no other one can be sent")
	}
}

// nothing is an enqueue that leaves the message to the test.
func nothing(context.Context, pgx.Tx, []users.QueuedMessage) error { return nil }

// settle plays the bot: it notes what became of the open test message.
func (w *world) settle(state users.MessageState, reason users.MessageReason) {
	w.t.Helper()
	var id int64
	if err := w.db.QueryRow(w.t.Context(), "SELECT id FROM messages WHERE kind = 'test' AND settled_at IS NULL").Scan(&id); err != nil {
		w.t.Fatal(err)
	}
	if err := w.store.SettleMessage(w.t.Context(), users.Message{ID: id, State: state, Reason: reason}, w.now(), nil); err != nil {
		w.t.Fatal(err)
	}
}

// Who presses the button sees the outcome on the next page, if it comes soon.
func TestTestMessage_answerWaitsForTheOutcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.allow(anna)
	b := w.newBrowser()
	b.signIn(anna)
	for range 5 { // On a busy machine patience may end first.
		var pressing sync.WaitGroup
		pressing.Go(b.sendTest)
		w.await("messages WHERE kind = 'test' AND settled_at IS NULL")
		w.settle(users.MessageSent, "")
		pressing.Wait()
		if strings.Contains(w.log.String(), `"test_message":"sent"`) {
			return
		}
	}
	t.Error("the answer came before the outcome, each time")
}

// Nobody sends here: the page says so, and later the outcome.
func TestTestMessage_pageTellsAnOutcomeThatComesLater(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string][]setting{
		"patience ends first":           nil,
		"the request's time ends first": {func(c *site.Config, _ *auth.Login) { c.Timeout = 1900 * time.Millisecond }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings...)
			w.allow(anna)
			b := w.newBrowser()
			b.signIn(anna)

			b.sendTest()

			state, text := b.testMessage()
			if state != "queued" || text != "The test message of 08:00:01 UTC is on its way; if Telegram does not answer, we try for half an hour. Look again" {
				t.Errorf("the page says %s: %q", state, text)
			}
			// A link to the same place of the same page would ask nobody.
			if link, _ := b.get("/account/messages").element("look-again"); link.attribute("href") != "/account/messages" {
				t.Errorf("look again: %s", link.tag)
			}
			if b.mayTest() {
				t.Error("another one is offered meanwhile")
			}
			if strings.Contains(b.get("/account/messages").body, "http-equiv") {
				t.Error("the page reloads itself")
			}

			w.settle(users.MessageSent, "")
			if state, _ = b.testMessage(); state != "sent" {
				t.Errorf("later the page says %s", state)
			}
		})
	}
}

func TestTestMessage_pageTellsEachOutcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.allow(anna)
	b := w.newBrowser()
	b.signIn(anna)
	account, _, err := w.store.FindAccount(t.Context(), anna.id)
	if err != nil {
		t.Fatal(err)
	}
	const of = "The test message of 08:00:01 UTC "
	for _, test := range []struct {
		state  users.MessageState
		reason users.MessageReason
		want   string
	}{
		{users.MessageSent, "", of + "was sent: look into the chat."},
		{users.MessageDropped, users.ReasonWriteAccess, of + "was not sent: the bot could not write to you."},
		{users.MessageDropped, users.ReasonNotifications, of + "was not sent: notifications were off."},
		{users.MessageFailed, users.ReasonWriteAccess, of + "was not sent: the bot could not write to you."},
		{users.MessageFailed, users.ReasonRefused, of + "was not sent: Telegram refused it."},
		{users.MessageFailed, users.ReasonOutage, of + "was not sent: Telegram could not be reached."},
		{users.MessageUncertain, users.ReasonInterrupted, "It is not known whether the test message of 08:00:01 UTC arrived: Telegram did not answer. Look into the chat."},
	} {
		if _, err := w.store.QueueTestMessage(t.Context(), account, w.now(), nothing); err != nil {
			t.Fatal(err)
		}
		w.settle(test.state, test.reason)
		if state, text := b.testMessage(); state != string(test.state) || text != test.want {
			t.Errorf("%s, %s: the page says %s: %q", test.state, test.reason, state, text)
		}
		if !b.mayTest() {
			t.Errorf("%s, %s: no other one can be sent", test.state, test.reason)
		}
	}

	// One that is being sent is on its way.
	if _, err := w.store.QueueTestMessage(t.Context(), account, w.now(), nothing); err != nil {
		t.Fatal(err)
	}
	if _, err := w.db.Exec(t.Context(), "UPDATE messages SET state = 'sending' WHERE settled_at IS NULL"); err != nil {
		t.Fatal(err)
	}
	if state, text := b.testMessage(); state != "sending" || !strings.Contains(text, "is on its way") {
		t.Errorf("while it is being sent, the page says %s: %q", state, text)
	}
}

func TestTestMessage_isForgottenByThePageAfterAnHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	b.sendTest() // Nothing is known of write access: dropped at once.
	w.pass(59 * time.Minute)
	if state, _ := b.testMessage(); state != "dropped" {
		t.Errorf("after 59 minutes the page says %q", state)
	}
	w.pass(time.Minute)
	if state, _ := b.testMessage(); state != "" {
		t.Errorf("after an hour the page says %q", state)
	}
}

// The button is there only if it helps. Who sends the form all the same, from a
// page that was open, is told why not.
func TestTestMessage_isNotSentWhenItMayNotBe(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		state  users.WriteAccessState
		source users.WriteAccessSource
		on     bool
		reason string
	}{
		"unknown":              {users.WriteAccessUnknown, "", true, "write_access"},
		"blocked":              {users.WriteAccessBlocked, users.FromMyChatMember, true, "write_access"},
		"unreachable":          {users.WriteAccessUnreachable, users.FromSend, true, "write_access"},
		"allowed, but off":     {users.WriteAccessAllowed, users.FromPrivateMessage, false, "notifications"},
		"neither of the two":   {users.WriteAccessBlocked, users.FromMyChatMember, false, "notifications"},
		"allowed to write, on": {users.WriteAccessAllowed, users.FromPrivateMessage, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := w.newBrowser()
			b.signIn(anna)
			if test.state != users.WriteAccessUnknown {
				w.learn(anna, test.state, test.source, w.now())
			}
			if !test.on {
				b.post("/account/notifications", map[string][]string{"on": {"0"}})
			}

			if b.mayTest() != (test.reason == "") {
				t.Errorf("a test message is offered: %t", b.mayTest())
			}
			b.sendTest()

			said, _ := b.get("/account/messages").element("test-message")
			if said.attribute("data-reason") != test.reason {
				t.Errorf("the page says %q", said.text)
			}
			if queued := w.count("river_job") > 0; queued != (test.reason == "") {
				t.Errorf("queued: %t", queued)
			}
			if test.reason != "" && said.attribute("data-state") != "dropped" {
				t.Errorf("the page says %s", said.tag)
			}
		})
	}
}
