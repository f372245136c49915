package e2e_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// soon is how quickly the site has to know what happened in the chat.
const soon = 2 * time.Second

// writeAccess is what the account page says about it.
func (v *visitor) writeAccess() (state, text string) {
	v.t.Helper()
	said := ask(v, chromedp.Evaluate[[2]string](`(() => {
		const e = document.querySelector("#write-access");
		return [e.dataset.state, e.textContent.replace(/\s+/g, " ").trim()];
	})()`))
	return said[0], said[1]
}

// awaitWriteAccess reloads the account page until it says this, for as long as
// the site may take to know it.
func (v *visitor) awaitWriteAccess(state string) string {
	v.t.Helper()
	tooLate := time.After(soon)
	for {
		v.visit("/account/messages")
		got, text := v.writeAccess()
		if got == state {
			return text
		}
		select {
		case <-tooLate:
			v.t.Fatalf("the account page says %q after %s, want %s", text, soon, state)
		default:
		}
	}
}

// awaitInChat waits until a message of the bot with these words is in the chat
// that is open. Nobody reloads the page: messages appear at once.
func (v *visitor) awaitInChat(words string) {
	v.t.Helper()
	ask(v, chromedp.Poll[bool](fmt.Sprintf(`[...document.querySelectorAll("#messages .theirs")].some((m) => m.textContent.includes(%q))`, words)))
}

func (v *visitor) inChat(words string) bool {
	v.t.Helper()
	return ask(v, chromedp.Evaluate[bool](fmt.Sprintf(`document.querySelector("#messages").textContent.includes(%q)`, words)))
}

// testMessage presses the button on the account page and returns the outcome.
func (v *visitor) testMessage() string {
	v.t.Helper()
	v.visit("/account/messages")
	v.follow(`form[action="/account/test-message"] button`)
	return v.testMessageState()
}

func (v *visitor) testMessageState() string {
	v.t.Helper()
	return ask(v, chromedp.Evaluate[string](`document.querySelector("#test-message")?.dataset.state ?? "none"`))
}

func TestConsent_agreeingBlockingAndUnblockingAreKnownAndKeptTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v, chat := w.newVisitor(t), w.newVisitor(t)

	v.mustBeSignedIn(v.logIn(anna), "Anna Petrova") // Agrees with write access, as the dialog offers it.
	text := v.awaitWriteAccess("allowed")
	if today := time.Now().UTC().Format("2 January 2006"); !strings.Contains(text, "since you allowed it when signing in") || !strings.Contains(text, today) {
		t.Errorf("the account page says %q, want since when and why", text)
	}
	v.lookAt("account-allowed")
	chat.openChat(anna)
	chat.awaitInChat("Welcome to localhost, Anna Petrova!")
	if state := v.testMessage(); state != "sent" {
		t.Errorf("the test message is %s", state)
	}
	chat.awaitInChat("the test message that you asked for")
	v.lookAt("account-test-sent")
	chat.lookAt("chat-messages")

	chat.follow("#block")
	text = v.awaitWriteAccess("blocked")
	if !strings.Contains(text, "you blocked the bot") {
		t.Errorf("the account page says %q", text)
	}
	if v.shows(`form[action="/account/test-message"]`) {
		t.Error("a test message is offered to somebody who blocked the bot")
	}
	v.lookAt("account-blocked")

	chat.follow("#unblock")
	text = v.awaitWriteAccess("allowed")
	if !strings.Contains(text, "since you unblocked it") {
		t.Errorf("the account page says %q", text)
	}
	if state := v.testMessage(); state != "sent" {
		t.Errorf("after unblocking, the test message is %s", state)
	}
}

// The page was open when the bot was blocked in the chat.
func TestConsent_testMessageToABlockedBotIsRefusedBeforeSending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v, elsewhere, chat := w.newVisitor(t), w.newVisitor(t), w.newVisitor(t)
	v.logIn(anna)
	v.awaitWriteAccess("allowed")
	elsewhere.logInAgain(anna)
	chat.openChat(anna)
	chat.awaitInChat("New sign-in")
	before := w.sends(t)
	chat.follow("#block")
	elsewhere.awaitWriteAccess("blocked") // The page that is open knows nothing of it.

	v.follow(`form[action="/account/test-message"] button`)

	if state := v.testMessageState(); state != "dropped" {
		t.Errorf("the test message is %s, want it dropped", state)
	}
	v.lookAt("account-test-refused")
	if after := w.sends(t); after != before {
		t.Errorf("%d messages were tried", after-before)
	}
}

func TestConsent_withoutItNothingIsSentUntilStartMakesItKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v, chat := w.newVisitor(t), w.newVisitor(t)
	// A button in a group: Boris has never written to the bot.
	v.openGroup(boris)
	v.say("/login")
	v.press()
	v.tick("#write") // Off: it is on to begin with.
	v.mustBeSignedIn(v.follow("#accept"), "Boris König")
	v.visit("/account/messages")
	state, text := v.writeAccess()
	if state != "unknown" || !strings.Contains(text, "Not known yet") {
		t.Fatalf("the account page says %s: %q", state, text)
	}
	v.lookAt("account-unknown")
	chat.openChat(boris)
	if chat.inChat("Welcome") {
		t.Error("a message came to somebody who did not allow it")
	}

	chat.start()

	text = v.awaitWriteAccess("allowed")
	if !strings.Contains(text, "since you wrote to it") {
		t.Errorf("the account page says %q", text)
	}
	chat.awaitInChat("Welcome to localhost, Boris König") // It has waited for this.
}

func TestNotifications_theSwitchIsThePersonsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v, chat := w.newVisitor(t), w.newVisitor(t)
	v.disableScripts()
	v.logIn(anna)
	v.awaitWriteAccess("allowed")

	v.follow(`form[action="/account/notifications"] button`)
	if on := v.notifications(); on != "0" {
		t.Errorf("after switching off: %s", on)
	}
	if v.shows(`form[action="/account/test-message"]`) {
		t.Error("a test message is offered while notifications are off")
	}
	v.lookAt("account-off")
	v.follow(`form[action="/account/notifications"] button`)
	if on := v.notifications(); on != "1" {
		t.Errorf("after switching on: %s", on)
	}

	chat.openChat(anna)
	chat.say("/stop")
	chat.awaitInChat("are off")
	v.visit("/account/messages")
	if on := v.notifications(); on != "0" {
		t.Errorf("after /stop: %s", on)
	}
}

func (v *visitor) notifications() string {
	v.t.Helper()
	return ask(v, chromedp.Evaluate[string](`document.querySelector("#notifications").dataset.on`))
}

// openGroup opens the group in which the bot and all people are.
func (v *visitor) openGroup(person int64) {
	v.t.Helper()
	v.open(fmt.Sprintf("%s/group?as=%d", v.world.telegram, person))
}

// sends is how often the bot has tried to send a message.
func (w *world) sends(t *testing.T) int {
	t.Helper()
	var sends struct {
		Calls int `json:"calls"`
	}
	if err := json.Unmarshal([]byte(get(t, w.telegram+"/control/sends")), &sends); err != nil {
		t.Fatal(err)
	}
	return sends.Calls
}

// say writes to the bot in the chat that is open.
func (v *visitor) say(text string) {
	v.t.Helper()
	ask(v, chromedp.SendKeys(chromedp.CSS("#message"), text))
	v.follow("#send")
}
