package e2e_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// visitor is somebody with a browser profile of their own, as another person or
// another device has one.
type visitor struct {
	t     *testing.T
	world *world
	ctx   context.Context
	watch watch
	pages []string // The HTML of each page that was shown.
}

// page is what a visitor got to see.
type page struct {
	status  int64
	heading string
	url     *url.URL
}

// newVisitor opens a fresh profile. When the test ends, whatever a page did
// wrong fails it.
func (w *world) newVisitor(t *testing.T) *visitor {
	t.Helper()
	v := w.openProfile(t)
	t.Cleanup(func() { // Runs before the profile closes.
		for _, complaint := range v.watch.complaints() {
			t.Error(complaint)
		}
	})
	return v
}

// openProfile is newVisitor without consequences for what pages do wrong.
func (w *world) openProfile(t *testing.T) *visitor {
	t.Helper()
	v := &visitor{t: t, world: w}
	v.watch.allowed = []string{w.site, w.telegram}
	ctx, closeProfile := chromedp.NewContext(browser(t), chromedp.WithNewBrowserContext(), chromedp.WithListener(v.watch.see))
	t.Cleanup(closeProfile)
	v.ctx = ctx
	// A timeout on the first call would be one on the profile's whole life.
	tooLong := time.AfterFunc(patience, closeProfile)
	defer tooLong.Stop()
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return v
}

// ask runs one action, for a limited time.
func ask[T any](v *visitor, action chromedp.Action[T]) T {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, action)
	if err != nil {
		v.t.Fatalf("%v\n%s", err, v.lastPage())
	}
	return answer
}

// leadingOn does something that leads to another page, and waits for that page.
func (v *visitor) leadingOn(action chromedp.Action[chromedp.Void]) page {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, action)
	if err != nil {
		v.t.Fatalf("no page came: %v\n%s", err, v.lastPage())
	}
	seen := ask(v, chromedp.Evaluate[struct{ HTML, Heading, URL string }](`({
		HTML: document.documentElement.outerHTML,
		Heading: document.querySelector("h1").textContent,
		URL: location.href,
	})`))
	v.pages = append(v.pages, seen.HTML)
	shown := page{heading: seen.Heading}
	if shown.url, err = url.Parse(seen.URL); err != nil {
		v.t.Fatal(err)
	}
	if response != nil { // An address within the same page has none.
		shown.status = response.Status
	}
	return shown
}

// open types an address.
func (v *visitor) open(address string) page {
	v.t.Helper()
	return v.leadingOn(chromedp.Navigate(address))
}

// visit types an address of the site.
func (v *visitor) visit(path string) page {
	v.t.Helper()
	return v.open(v.world.site + path)
}

// follow clicks on something that leads to another page.
func (v *visitor) follow(selector string) page {
	v.t.Helper()
	return v.leadingOn(chromedp.Click(chromedp.CSS(selector)))
}

func (v *visitor) reload() page  { v.t.Helper(); return v.leadingOn(chromedp.Reload()) }
func (v *visitor) back() page    { v.t.Helper(); return v.leadingOn(chromedp.NavigateBack()) }
func (v *visitor) forward() page { v.t.Helper(); return v.leadingOn(chromedp.NavigateForward()) }

// text is the exact text of an element, no character more or less.
func (v *visitor) text(selector string) string {
	v.t.Helper()
	return ask(v, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q).textContent", selector)))
}

// shows reports whether the page has such an element.
func (v *visitor) shows(selector string) bool {
	v.t.Helper()
	return ask(v, chromedp.Evaluate[bool](fmt.Sprintf("document.querySelector(%q) !== null", selector)))
}

func (v *visitor) lastPage() string {
	if len(v.pages) == 0 {
		return "no page yet"
	}
	return v.pages[len(v.pages)-1]
}

// isOn reports whether the page belongs to the site or to the stand-in.
func (p page) isOn(address string) bool {
	return strings.TrimPrefix(address, "http://") == p.url.Host
}

// mustBe fails the test unless the page has this status and this heading.
func (v *visitor) mustBe(p page, status int64, heading string) {
	v.t.Helper()
	if p.status != status || p.heading != heading {
		v.t.Fatalf("page %s = %d %q, want %d %q", p.url.Path, p.status, p.heading, status, heading)
	}
}

// tick switches a box on or off.
func (v *visitor) tick(selector string) {
	v.t.Helper()
	ask(v, chromedp.Click(chromedp.CSS(selector)))
}

// logOut logs out on the account page.
func (v *visitor) logOut() page {
	v.t.Helper()
	v.visit("/account")
	return v.follow("main > form button")
}

// disableScripts switches JavaScript off in this profile's tab.
func (v *visitor) disableScripts() {
	v.t.Helper()
	ask(v, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
		return cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	})
}

// signedLink is the newest signed link that Telegram opened for the visitor.
func (v *visitor) signedLink() string {
	v.t.Helper()
	links := v.watch.requestsTo(v.world.site + "/login/telegram?")
	if len(links) == 0 {
		v.t.Fatal("Telegram opened no signed link")
	}
	return links[len(links)-1]
}
