package e2e_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused describes the element that has the focus.
type focused struct {
	Matches, Visible, Marked bool
	Text                     string
}

// tabTo presses Tab until an element has the focus. On the way each element has to
// be in the window, and to show that it has the focus (WCAG 2.4.7, 2.4.11).
func (v *visitor) tabTo(selector string) {
	v.t.Helper()
	const longestWay = 60
	for range longestWay {
		ask(v, chromedp.KeyEvent(kb.Tab))
		at := ask(v, chromedp.Evaluate[focused](fmt.Sprintf(`(() => {
			const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
			return {
				matches: e.matches(%q),
				visible: e === document.body || (box.width > 1 && box.height > 1 && box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0),
				marked: e === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2),
				text: e.outerHTML.slice(0, 200),
			};
		})()`, selector)))
		if !at.Visible || !at.Marked {
			v.t.Errorf("in the window: %t, marked: %t: %s", at.Visible, at.Marked, at.Text)
		}
		if at.Matches {
			return
		}
	}
	v.t.Fatalf("the keyboard does not reach %s\n%s", selector, v.lastPage())
}

// enter presses Enter on what has the focus, and waits for the page.
func (v *visitor) enter() page {
	v.t.Helper()
	return v.leadingOn(chromedp.KeyEvent(kb.Enter))
}

// From the first page to being signed in, through the account, and out again,
// without touching a mouse.
func TestKeyboard_isEnoughForTheWholeWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.newVisitor(t)

	v.visit("/")
	v.tabTo("#log-in")
	v.enter()
	v.tabTo("#open-chat")
	v.enter()
	v.tabTo("#start")
	v.enter()
	ask(v, chromedp.WaitVisible(chromedp.CSS(lastButton)))
	v.tabTo(lastButton)
	v.enter()
	// The dialog takes the focus itself.
	v.tabTo("#login")
	ask(v, chromedp.KeyEvent(" "))
	ask(v, chromedp.KeyEvent(" "))
	v.tabTo("#accept")
	v.mustBeSignedIn(v.enter(), "Anna Petrova")

	for _, page := range []struct{ link, heading string }{
		{`.tabs a[href="/account/sessions"]`, "Sessions"},
		{`.tabs a[href="/account/messages"]`, "Messages from the bot"},
		{`.tabs a[href="/account/activity"]`, "Activity"},
		{`.tabs a[href="/account/data"]`, "Your data"},
		{"#delete", "Delete the account of Anna Petrova?"},
	} {
		v.tabTo(page.link)
		v.mustBe(v.enter(), 200, page.heading)
	}
	v.tabTo(`.languages [value="fa"]`)
	v.mustBe(v.enter(), 200, "حساب Anna Petrova پاک شود؟")
	v.tabTo(`.languages [value="en"]`)
	v.enter()
	v.tabTo(`.tabs a[href="/account"]`)
	v.enter()
	v.tabTo("main > form button")
	v.enter()
	v.mustBeSignedOut()
}

// The first stop of each page leads past what is on all of them.
func TestKeyboard_skipLinkLeadsToTheContent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.newVisitor(t)
	v.visit("/privacy")
	v.tabTo(".skip")
	v.enter()
	if at := ask(v, chromedp.Evaluate[string]("location.hash")); at != "#content" {
		t.Errorf("it leads to %q", at)
	}
}
