package e2e_test

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// gallery is where the pictures go; without it none are taken, which is quicker.
var gallery = flag.String("gallery", "", "take pictures of all pages in all states into this folder")

// goldenPages are what the site sends, in each language and state: see the table
// of specimens in package site.
const goldenPages = "../internal/site/testdata/pages"

// pagePolicy is the site's Content-Security-Policy where it speaks plain http.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

var (
	schemes = []string{"light", "dark"}
	// The narrowest that WCAG asks for (1.4.10), a phone, a desk at 200 % zoom (half
	// of its pixels), and a desk.
	widths = []int64{320, 360, 640, 1280}
	// Where axe looks, and pictures are taken.
	picturedWidths = []int64{360, 1280}
)

// Every page in every state, language and scheme: it fits, nothing is cut off, it
// asks nobody but us for anything, and axe has nothing to say.
func TestGallery_everyPageInEveryStateIsForEverybody(t *testing.T) {
	t.Parallel()
	browser(t) // Without one, nothing else need be started.
	server := httptest.NewServer(goldenSite())
	t.Cleanup(server.Close)
	languages, err := os.ReadDir(goldenPages)
	if err != nil {
		t.Fatal(err)
	}
	var checked, rules atomic.Int64
	t.Run("in", func(t *testing.T) {
		for _, language := range languages {
			t.Run(language.Name(), func(t *testing.T) {
				t.Parallel()
				v := (&world{site: server.URL, telegram: server.URL}).newVisitor(t)
				for _, state := range statesIn(t, language.Name()) {
					v.open(server.URL + "/pages/" + language.Name() + "/" + state)
					v.mustHaveOneStylesheet(state)
					checked.Add(int64(len(schemes) * len(picturedWidths)))
					rules.Add(int64(v.checkSpecimen(language.Name(), state)))
				}
			})
		}
	})
	t.Logf("checked %d combinations of language, state, scheme and width: %d rules of axe held, 0 violations unless named above", checked.Load(), rules.Load())
	if *gallery != "" {
		writeGalleryIndex(t, languages)
	}
}

// goldenSite serves the golden pages as the site does.
func goldenSite() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.FileServer(http.Dir("../web")))
	mux.HandleFunc("GET /pages/{language}/{state}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", pagePolicy)
		http.ServeFile(w, r, filepath.Join(goldenPages, r.PathValue("language"), r.PathValue("state")+".html"))
	})
	return mux
}

func statesIn(t *testing.T, language string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(goldenPages, language, "*.html"))
	if err != nil || len(files) < 60 {
		t.Fatalf("%d states, %v", len(files), err)
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(filepath.Base(file), ".html")
	}
	return files
}

// checkSpecimen looks at the page that is shown by day and by night, in all
// widths, and returns how many rules of axe held.
func (v *visitor) checkSpecimen(language, state string) int {
	v.t.Helper()
	for _, width := range widths {
		ask(v, chromedp.EmulateViewport(width, 800))
		v.mustFit(state, width)
	}
	rules := 0
	for _, scheme := range schemes {
		v.emulateScheme(scheme)
		for _, width := range picturedWidths {
			ask(v, chromedp.EmulateViewport(width, 800))
			rules += v.axe(fmt.Sprintf("%s, %d px, %s", state, width, scheme))
			if *gallery != "" {
				v.takePicture(width, filepath.Join(*gallery, language, pictureName(state, width, scheme)))
			}
		}
	}
	return rules
}

func pictureName(state string, width int64, scheme string) string {
	return fmt.Sprintf("%s-%d-%s.png", state, width, scheme)
}

// cutOff lists the elements whose text does not fit into them. The name in the
// header may be cut: it stands whole on the page.
const cutOff = `[...document.querySelectorAll("body *")].filter((e) =>
	getComputedStyle(e).overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1 && !e.matches(".unseen, .skip, #person")
).map((e) => e.outerHTML)`

// mustFit fails the test if the page is wider than the window, or a part of it
// wider than its place.
func (v *visitor) mustFit(name string, width int64) {
	v.t.Helper()
	if needed := ask(v, chromedp.Evaluate[int64]("document.documentElement.scrollWidth")); needed > width {
		v.t.Errorf("%s is %d px wide in a window of %d", name, needed, width)
	}
	for _, element := range ask(v, chromedp.Evaluate[[]string](cutOff)) {
		v.t.Errorf("%s: cut off in a window of %d: %s", name, width, element)
	}
}

// mustHaveOneStylesheet fails the test if anything else is loaded before the page
// is painted.
func (v *visitor) mustHaveOneStylesheet(name string) {
	v.t.Helper()
	blocking := ask(v, chromedp.Evaluate[[]string](`performance.getEntriesByType("resource")
		.filter((r) => r.renderBlockingStatus === "blocking").map((r) => new URL(r.name).pathname)`))
	if !slices.Equal(blocking, []string{"/static/site.css"}) {
		v.t.Errorf("%s waits for %v", name, blocking)
	}
}

// takePicture makes the window as high as the page: what is beyond the window is
// moved aside in pages that are written from right to left.
func (v *visitor) takePicture(width int64, file string) {
	v.t.Helper()
	ask(v, chromedp.EmulateViewport(width, 100))
	height := ask(v, chromedp.Evaluate[int64]("document.documentElement.scrollHeight"))
	ask(v, chromedp.EmulateViewport(width, height))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(file, ask(v, chromedp.CaptureScreenshot()), 0o600); err != nil {
		v.t.Fatal(err)
	}
}

// writeGalleryIndex lists the pictures, a row for each state and language.
func writeGalleryIndex(t *testing.T, languages []os.DirEntry) {
	t.Helper()
	var index strings.Builder
	index.WriteString(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page in every state</title>
<style>body { font: 1rem system-ui; background: #888 } figure { display: inline-block; vertical-align: top; margin: .5rem }
img { max-width: 24rem; height: auto } figcaption { font-size: .8rem }</style>
<h1>Every page in every state</h1>`)
	for _, state := range statesIn(t, languages[0].Name()) {
		fmt.Fprintf(&index, "\n<h2 id=%q>%s</h2>", state, state)
		for _, language := range languages {
			for _, width := range picturedWidths {
				for _, scheme := range schemes {
					picture := url.PathEscape(language.Name()) + "/" + url.PathEscape(pictureName(state, width, scheme))
					fmt.Fprintf(&index, "\n<figure><a href=%q><img loading=lazy src=%q alt=\"\"></a><figcaption>%s, %d px, %s</figcaption></figure>",
						picture, picture, language.Name(), width, scheme)
				}
			}
		}
	}
	if err := os.WriteFile(filepath.Join(*gallery, "index.html"), []byte(index.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestGallery_pagesComeWithTheSitesOwnPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.site+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Security-Policy"); got != pagePolicy {
		t.Errorf("the site's policy is %q", got)
	}
}

// What a phone loads before it shows the first page, uncompressed.
func TestPages_areLight(t *testing.T) {
	t.Parallel()
	const kB = 1000
	size := func(file string) int64 {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	stylesheet, icon := size("../web/static/site.css"), size("../web/static/favicon.svg")
	if stylesheet > 20*kB {
		t.Errorf("the style sheet has %d bytes", stylesheet)
	}
	pages, err := filepath.Glob(goldenPages + "/*/*.html")
	if err != nil || len(pages) < 180 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	var heaviest int64
	for _, page := range pages {
		whole := size(page) + stylesheet + icon
		if whole > 30*kB {
			t.Errorf("%s has %d bytes with the style sheet and the icon", page, whole)
		}
		heaviest = max(heaviest, whole)
	}
	t.Logf("style sheet %d bytes, heaviest page with everything %d bytes", stylesheet, heaviest)
}
