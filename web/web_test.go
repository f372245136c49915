package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/telegram-login/web"
)

func newPages(t *testing.T) (*web.Pages, *web.Static) {
	t.Helper()
	static, err := web.NewStatic()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := web.ParsePages(static)
	if err != nil {
		t.Fatal(err)
	}
	return pages, static
}

// What the policy default-src 'none' would block must not be in a template.
func TestTemplates_haveNoInlineScriptOrStyleAndNoForeignHost(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`(?i)<script|<style|\sstyle=|\son[a-z]+=|javascript:|(src|href)="(https?:)?//`)
	files, err := filepath.Glob("templates/*/*.html")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d templates, %v", len(files), err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := forbidden.FindString(string(content)); found != "" {
			t.Errorf("%s: %q", file, found)
		}
	}
}

var (
	nameShown    = regexp.MustCompile(`(?:<bdi[^>]*>)?\{\{[^{}]*\.(Person|Name)\b[^{}]*\}\}(?:</bdi>)?`)
	isIsolated   = regexp.MustCompile(`^<bdi[^>]*>\{\{\.(Page\.Person|Name)\}\}</bdi>$|\(bdi \.(Page\.Person|Name)\)`)
	asksForAName = regexp.MustCompile(`^\{\{-? ?(else )?if `)
	titleBlock   = regexp.MustCompile(`\{\{define "title"\}\}.*\n`) // Holds no elements.
)

// A name is Telegram's text: it is shown inside <bdi>, so that its direction
// does not turn the words around it (T15).
func TestTemplates_isolateEveryName(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("templates/*/*.html")
	if err != nil {
		t.Fatal(err)
	}
	names := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "language_buttons.html") {
			continue // The names there are ours.
		}
		for _, found := range nameShown.FindAllString(titleBlock.ReplaceAllString(string(content), ""), -1) {
			if asksForAName.MatchString(found) {
				continue
			}
			names++
			if !isIsolated.MatchString(found) {
				t.Errorf("%s: %q", file, found)
			}
		}
	}
	if names < 10 {
		t.Errorf("only %d names found", names)
	}
}

func TestRender_givesNoHalfPage(t *testing.T) {
	t.Parallel()
	pages, _ := newPages(t)
	files, err := filepath.Glob("templates/pages/*.html")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d pages, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".html")
		// The layout begins well and then misses a field.
		body, err := pages.Render("en", name, struct{ Person string }{"x"})
		if err == nil || body != nil {
			t.Errorf("page %s without its data: %d bytes, %v", name, len(body), err)
		}
	}
	if _, err := pages.Render("en", "nothing", nil); err == nil {
		t.Error("a page that is not there was rendered")
	}
	if _, err := pages.Render("xx", "home", nil); err == nil {
		t.Error("a page was rendered in a language that is not there")
	}
}

func TestStatic_namesChangeWithTheContent(t *testing.T) {
	t.Parallel()
	_, static := newPages(t)
	for _, name := range []string{"site.css", "favicon.svg"} {
		address, err := static.URL(name)
		stem, ext, _ := strings.Cut(name, ".")
		if err != nil || !regexp.MustCompile(`^/static/`+stem+`\.[0-9a-f]{16}\.`+ext+`$`).MatchString(address) {
			t.Errorf("%s is at %q, %v", name, address, err)
		}
		w := httptest.NewRecorder()
		if !static.Serve(w, httptest.NewRequest(http.MethodGet, address, nil), strings.TrimPrefix(address, web.StaticPath)) {
			t.Errorf("%s is not served", address)
		}
		content, err := os.ReadFile("static/" + name)
		if err != nil || w.Body.String() != string(content) {
			t.Errorf("%s: %d bytes served, %v", name, w.Body.Len(), err)
		}
	}
	if _, err := static.URL("nothing.css"); err == nil {
		t.Error("a file that is not there has an address")
	}
}
