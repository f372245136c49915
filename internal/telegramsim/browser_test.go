package telegramsim_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"example.com/telegram-login/internal/telegramsim"
)

// openBrowser returns a context whose actions run in a fresh tab. Without a browser the test is skipped on a
// laptop and fails in CI.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		found, err := exec.LookPath(name)
		if err == nil {
			path = found
			break
		}
	}
	switch {
	case path == "" && os.Getenv("CI") == "true":
		t.Fatal("no Chromium found")
	case path == "":
		t.Skip("no Chromium found")
	}
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true)))
	t.Cleanup(cancel)
	// The first call starts the browser; a deadline on it would end the browser later.
	err := chromedp.Do(ctx, chromedp.Navigate("about:blank"))
	if err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	return ctx
}

// browse runs actions with a deadline, since a wait for an element that never comes has none.
func browse(ctx context.Context, t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	err := chromedp.Do(ctx, steps...)
	if err != nil {
		t.Fatal(err)
	}
}

func read[T any](ctx context.Context, t *testing.T, what chromedp.Action[T]) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	value, err := chromedp.Run(ctx, what)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// website shows what a login visit looks like from the receiving side.
func website(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, `<p id="arrived">%s %s referer=%q login=%t</p>`, r.Header.Get("Sec-Fetch-Site"),
			r.Header.Get("Sec-Fetch-Mode"), r.Referer(), r.URL.Query().Has("hash"))
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

func TestBrowser_logsInAndArrivesFromTheRightSite(t *testing.T) {
	t.Parallel()
	ctx := openBrowser(t)
	s := start(t, config())
	chat := strings.Replace(s.url, "127.0.0.1", "localhost", 1) + "/" + peer + "?as=700100001"
	link := website(t) + "/login"

	// The button appears on the open page by itself.
	browse(ctx, t, chromedp.Navigate(chat), chromedp.Click(chromedp.ID("start")),
		chromedp.WaitVisible(chromedp.ID("message-1")))
	s.mustBot("sendMessage", object{"chat_id": anna, "text": "Welcome", "reply_markup": loginKeyboard(link, true)})
	browse(ctx, t, chromedp.Click(chromedp.ID("press-2-1")), chromedp.WaitVisible(chromedp.ID("dialog")),
		chromedp.Click(chromedp.ID("login")))
	if read(ctx, t, chromedp.Evaluate[bool](`document.getElementById("write").checked`)) {
		t.Error("the second tick stays when the first goes off")
	}
	browse(ctx, t, chromedp.Click(chromedp.ID("accept")), chromedp.WaitVisible(chromedp.ID("arrived")))
	if got := read(ctx, t, chromedp.Text(chromedp.ID("arrived"))); got != `same-site navigate referer="" login=false` {
		t.Errorf("refused: the website saw %s", got)
	}
	browse(ctx, t, chromedp.Navigate(chat), chromedp.Click(chromedp.ID("press-2-1")),
		chromedp.Click(chromedp.ID("accept")), chromedp.WaitVisible(chromedp.ID("arrived")))
	if got := read(ctx, t, chromedp.Text(chromedp.ID("arrived"))); got != `same-site navigate referer="" login=true` {
		t.Errorf("logged in: the website saw %s", got)
	}
	s.setFaults(telegramsim.Faults{TelegramWeb: true})
	browse(ctx, t, chromedp.Navigate(chat), chromedp.Click(chromedp.ID("press-2-1")),
		chromedp.WaitVisible(chromedp.ID("arrived")))
	if got := read(ctx, t, chromedp.Text(chromedp.ID("arrived"))); got != `cross-site navigate referer="" login=true` {
		t.Errorf("as Telegram Web: the website saw %s", got)
	}
}

func TestBrowser_fitsANarrowScreen(t *testing.T) {
	t.Parallel()
	ctx := openBrowser(t)
	s := start(t, config())
	msgID := s.offer(700100010, site, true)
	s.client("messages.sendMessage", object{"as": 700100010, "group": true, "message": "/login"})
	s.offerInGroup(loginKeyboard(site, true))
	for _, width := range []int64{360, 1280} {
		for _, path := range []string{fmt.Sprintf("/%s?as=700100010&msg_id=%d&button_id=1", peer, msgID), "/group?as=700100010", "/control"} {
			browse(ctx, t, chromedp.EmulateViewport(width, 640), chromedp.Navigate(s.url+path))
			if got := read(ctx, t, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)); got > width {
				t.Errorf("%s is %d pixels wide on a screen of %d", path, got, width)
			}
		}
	}
}
