package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	pageevents "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// watch writes down what a browser tab does. It is safe for concurrent use.
type watch struct {
	allowed []string // Addresses that pages may ask for something.

	mu       sync.Mutex
	requests []string
	wrongs   []string
}

// see takes one event of the browser.
func (w *watch) see(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		w.seeRequest(e)
	case *network.EventResponseReceived:
		if e.Type != network.ResourceTypeDocument && e.Response.Status >= http.StatusBadRequest {
			w.note("a part of a page was not there: %d %s", e.Response.Status, e.Response.URL)
		}
	case *log.EventEntryAdded:
		// The browser notes a page's own status as an error of the network. Of the
		// parts of a page the case above takes care.
		isComplaint := e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning
		if isComplaint && e.Entry.Source != log.EntrySourceNetwork {
			w.note("console: %s", e.Entry.Text)
		}
	case *runtime.EventConsoleAPICalled:
		w.note("a script wrote to the console: %s", e.Type)
	case *pageevents.EventJavascriptDialogOpening:
		w.note("a dialog came up: %s", e.Message)
	case *runtime.EventExceptionThrown:
		w.note("a script failed: %s", e.ExceptionDetails.Text)
	}
}

func (w *watch) seeRequest(e *network.EventRequestWillBeSent) {
	address := e.Request.URL
	w.mu.Lock()
	w.requests = append(w.requests, address)
	w.mu.Unlock()
	if !slices.ContainsFunc(w.allowed, func(origin string) bool { return isBelow(address, origin) }) {
		w.note("a page asked a foreign host: %s", address)
	}
}

// isBelow takes both loopback names: as Telegram Web, the stand-in uses the
// other one.
func isBelow(address, origin string) bool {
	other := strings.Replace(origin, "localhost", "127.0.0.1", 1)
	return strings.HasPrefix(address, origin+"/") || strings.HasPrefix(address, other+"/")
}

func (w *watch) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrongs = append(w.wrongs, fmt.Sprintf(format, args...))
}

func (w *watch) complaints() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.wrongs)
}

// requestsTo returns the requests whose address begins like this, in order.
func (w *watch) requestsTo(prefix string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.requests), func(address string) bool { return !strings.HasPrefix(address, prefix) })
}
