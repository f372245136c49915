package e2e_test

import (
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
)

// Two of the people whom the stand-in lets one be.
const (
	anna  = 700100001
	boris = 700100002
)

// lastButton is the button of the newest message that has one.
const lastButton = "#messages > li:nth-last-child(1 of :has([data-button])) [data-button]"

// openChat opens the chat with the bot as one of the people.
func (v *visitor) openChat(person int64) {
	v.t.Helper()
	v.open(fmt.Sprintf("%s/%s?as=%d", v.world.telegram, botUsername, person))
}

// start presses START, which is there in an empty chat and in one that was
// opened through a link of the site, and waits for the bot's button.
func (v *visitor) start() {
	v.t.Helper()
	if v.shows("#start") {
		v.follow("#start")
	}
	ask(v, chromedp.WaitVisible(chromedp.CSS(lastButton)))
}

// startAgain is start in a chat that has buttons from before: only the new one
// belongs to what the visitor has begun on the site.
func (v *visitor) startAgain() {
	v.t.Helper()
	const buttons = `document.querySelectorAll("#messages [data-button]").length`
	before := ask(v, chromedp.Evaluate[int](buttons))
	v.follow("#start")
	ask(v, chromedp.Poll[bool](fmt.Sprintf("%s > %d", buttons, before)))
}

// press presses the login button. It leads to Telegram's question, or, when
// there is nothing to ask, to the site at once.
func (v *visitor) press() page {
	v.t.Helper()
	return v.follow(lastButton)
}

// pressAndAgree presses the login button and says yes, if Telegram asks.
func (v *visitor) pressAndAgree() page {
	v.t.Helper()
	p := v.press()
	if v.shows("#accept") {
		return v.follow("#accept")
	}
	return p
}

// logIn goes the whole way in, beginning in the chat.
func (v *visitor) logIn(person int64) page {
	v.t.Helper()
	v.openChat(person)
	v.start()
	return v.pressAndAgree()
}

// logInAgain goes the way of somebody who let the bot write before: Telegram
// asks nothing any more. It waits for the clock, because Telegram dates logins
// by the second: two in the same second are one and the same link.
func (v *visitor) logInAgain(person int64) page {
	v.t.Helper()
	v.openChat(person)
	nextSecond := time.Now().Truncate(time.Second).Add(time.Second)
	<-time.After(time.Until(nextSecond))
	return v.press()
}

// mustBeSignedIn fails the test unless the page is the account page of this
// person.
func (v *visitor) mustBeSignedIn(p page, name string) {
	v.t.Helper()
	v.mustBe(p, 200, "Your account")
	if got := v.text("#name"); got != name {
		v.t.Fatalf("signed in as %q, want %q", got, name)
	}
}

// mustBeSignedOut fails the test if the site knows the visitor.
func (v *visitor) mustBeSignedOut() {
	v.t.Helper()
	if p := v.visit("/account"); p.url.Path != "/login" || v.shows("#person") {
		v.t.Fatalf("/account led to %s, want /login", p.url.Path)
	}
}
