package site

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"example.com/telegram-login/web"
)

var (
	messageBlank = regexp.MustCompile(`\{\{\.\w+\}\}`)
	pageElement  = regexp.MustCompile(`<[^>]*>`)
)

// A message that is on no page in any state was forgotten, or a state was: nobody
// would have looked at it, in no language.
func TestPages_showEachMessageInSomeState(t *testing.T) {
	t.Parallel()
	for _, language := range web.Languages() {
		content, err := os.ReadFile("../../web/messages/" + language.Code + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]any
		if err := toml.Unmarshal(content, &messages); err != nil {
			t.Fatal(err)
		}
		pages := allText(t, language.Code)
		// There are twelve, and more lengths of time than a page shows: see package web.
		delete(messages, "month")
		delete(messages, "time")
		for key, forms := range flatten("", messages) {
			if !slices.ContainsFunc(forms, func(form string) bool { return isShown(form, pages) }) {
				t.Errorf("%s: %s is on no page: %q", language.Code, key, forms)
			}
		}
	}
}

// allText is what the golden pages of a language say, attributes included.
func allText(t *testing.T, code string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(goldenFolder, code, "*.html"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d pages, %v", len(files), err)
	}
	var all strings.Builder
	for _, file := range files {
		page, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(html.UnescapeString(string(page)))
		all.WriteString(html.UnescapeString(pageElement.ReplaceAllString(string(page), "")))
	}
	return all.String()
}

// isShown reports whether all parts of a message, between its blanks, are there.
func isShown(message, pages string) bool {
	for _, part := range messageBlank.Split(message, -1) {
		if !strings.Contains(pages, strings.TrimSpace(part)) {
			return false
		}
	}
	return true
}

// flatten gives each message its key, with all its forms for numbers.
func flatten(prefix string, messages map[string]any) map[string][]string {
	flat := make(map[string][]string)
	for name, value := range messages {
		key := strings.TrimPrefix(prefix+"."+name, ".")
		switch value := value.(type) {
		case string:
			if slices.Contains([]string{"one", "few", "many", "other"}, name) {
				key = prefix
			}
			flat[key] = append(flat[key], value)
		case map[string]any:
			for k, forms := range flatten(key, value) {
				flat[k] = append(flat[k], forms...)
			}
		}
	}
	return flat
}
