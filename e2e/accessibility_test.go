package e2e_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// The stand-in is for everybody who wants to learn: its pages are checked as the
// site's are.
func TestStandIn_isForEverybody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.newVisitor(t)

	v.openChat(anna)
	v.mustBeForEverybody("chat-empty")
	v.start()
	v.mustBeForEverybody("chat-button")
	v.press()
	v.mustBeForEverybody("dialog")
	v.follow("#accept")
	v.openChat(anna)
	v.awaitInChat("Welcome")
	v.mustBeForEverybody("chat-protocol")
	v.openGroup(boris)
	v.say("/login")
	v.mustBeForEverybody("group")
	w.goWrong(t, `{"wrong_token": true}`)
	v.logInAgain(anna)
	v.openChat(anna)
	v.mustBeForEverybody("chat-fault")
	v.open(w.telegram + "/control")
	v.mustBeForEverybody("control")
}

// mustBeForEverybody lets axe look at the page by day and by night, on a phone and
// on a desk, and keeps pictures of it.
func (v *visitor) mustBeForEverybody(name string) {
	v.t.Helper()
	for _, width := range widths {
		ask(v, chromedp.EmulateViewport(width, 800))
		if needed := ask(v, chromedp.Evaluate[int64]("document.documentElement.scrollWidth")); needed > width {
			v.t.Errorf("%s is %d px wide in a window of %d", name, needed, width)
		}
	}
	for _, scheme := range schemes {
		v.emulateScheme(scheme)
		for _, width := range picturedWidths {
			ask(v, chromedp.EmulateViewport(width, 800))
			v.axe(name + ", " + scheme)
		}
	}
	v.lookAt(name)
}
