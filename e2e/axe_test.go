package e2e_test

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// axeSource is axe-core. It reaches the page through the browser's protocol for
// developers, which the page's policy does not bind.
//
//go:embed testdata/axe-core/axe.min.js
var axeSource string

// axeRun checks what WCAG 2.2 AA asks for as far as a program can, and what axe's
// authors recommend beyond it.
const axeRun = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	resultTypes: ["violations"],
}).then((found) => ({
	passes: found.passes.length,
	violations: found.violations.map((v) => v.id + ": " + v.help + v.nodes.map((n) => "\n\t" + n.html + "\n\t" + n.failureSummary).join("")),
}))`

type axeResult struct {
	Passes     int      `json:"passes"`
	Violations []string `json:"violations"`
}

// axe checks the page that is shown, and returns how many rules held.
func (v *visitor) axe(name string) int {
	v.t.Helper()
	found := v.axeResult()
	for _, violation := range found.Violations {
		v.t.Errorf("%s: %s", name, violation)
	}
	if found.Passes < 10 {
		v.t.Errorf("%s: only %d rules were checked", name, found.Passes)
	}
	return found.Passes
}

func (v *visitor) axeResult() axeResult {
	v.t.Helper()
	// A whole page of rules takes longer on a loaded machine than a click.
	ctx, cancel := context.WithTimeout(v.ctx, 2*time.Minute)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](`if (!window.axe) {`+axeSource+`}`)); err != nil {
		v.t.Fatal(err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[axeResult](axeRun, chromedp.EvalAwaitPromise))
	if err != nil {
		v.t.Fatal(err)
	}
	return found
}

// Without this test, an axe that finds nothing would look like pages for
// everybody.
func TestAxe_findsWhatIsWrong(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", pagePolicy)
		_, _ = fmt.Fprint(w, `<!doctype html><html><title>Wrong</title><link rel="icon" href="data:,"><h1>Wrong</h1><img src="/">`+
			`<input><button></button><p><font color="#bbbbbb">Faint</font>`)
	}))
	t.Cleanup(server.Close)
	v := (&world{site: server.URL, telegram: server.URL}).openProfile(t)
	v.open(server.URL + "/")
	found := strings.Join(v.axeResult().Violations, "\n")
	for _, rule := range []string{"html-has-lang", "image-alt", "label", "button-name", "color-contrast", "landmark-one-main"} {
		if !strings.Contains(found, rule+": ") {
			t.Errorf("%s was not found, only:\n%s", rule, found)
		}
	}
}
