package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browserNames are tried in this order.
var browserNames = []string{
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
}

var errNoBrowser = errors.New("no Chromium and no Chrome found")

// browser returns the context of the one browser that all tests share. Each
// visitor has a profile of their own in it.
func browser(t *testing.T) context.Context {
	t.Helper()
	ctx, err := startBrowser()
	switch {
	case errors.Is(err, errNoBrowser) && os.Getenv("CI") != "true":
		t.Skipf("%v: the browser tests are skipped; install one of them to run these", err)
	case err != nil:
		t.Fatal(err)
	}
	return ctx
}

var startBrowser = sync.OnceValues(func() (context.Context, error) {
	path, err := findBrowser()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(filepath.Join(workDir, "profile")),
		chromedp.Env("TMPDIR="+workDir), // It leaves folders behind when it ends.
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		// Pages out of this cache come without a load event to wait for.
		chromedp.Flag("disable-features", "BackForwardCache,Translate"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // It refuses to start otherwise.
	}
	allocator, endProcess := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeBrowser := chromedp.NewContext(allocator)
	stop := func() {
		closeBrowser()
		endProcess()
	}
	// A timeout on the first call would be one on the browser's whole life.
	tooLong := time.AfterFunc(time.Minute, stop)
	err = chromedp.Do(ctx)
	tooLong.Stop()
	if err != nil {
		stop()
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	endBrowser = stop
	return ctx, nil
})

// endBrowser is set when the browser runs.
var endBrowser func()

func stopBrowser() {
	if endBrowser != nil {
		endBrowser()
	}
}

func findBrowser() (string, error) {
	for _, name := range browserNames {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoBrowser
}
