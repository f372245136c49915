package site

import (
	"bytes"
	"flag"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/web"
)

var update = flag.Bool("update", false, "write the golden pages anew")

const goldenFolder = "testdata/pages"

// hashInName is what a static file's address carries; without it, a golden page
// does not change with the style sheet.
var hashInName = regexp.MustCompile(`(/static/\w+)\.[0-9a-f]{16}\.`)

// specimenSite is a site that only renders.
func specimenSite(tb testing.TB) *Site {
	tb.Helper()
	s, err := New(Config{
		PublicURL:   &url.URL{Scheme: "https", Host: "example.com"},
		SessionKeys: [][]byte{bytes.Repeat([]byte("k"), MinSessionKeyBytes)},
		Sessions:    &auth.Sessions{Lifetime: 720 * time.Hour, Idle: 168 * time.Hour},
		Now:         func() time.Time { return specimenNow },
		Log:         slog.New(slog.DiscardHandler),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// A change of a page, wanted or not, shows in the golden files as a reader of the
// change will see it: go test ./internal/site -run Golden -update.
func TestPages_areAsTheGoldenFilesInEveryStateAndLanguage(t *testing.T) {
	t.Parallel()
	s := specimenSite(t)
	if *update {
		if err := os.RemoveAll(goldenFolder); err != nil {
			t.Fatal(err)
		}
	}
	golden := make(map[string]bool)
	for _, language := range web.Languages() {
		for _, specimen := range specimens(s) {
			file := filepath.Join(goldenFolder, language.Code, specimen.state+".html")
			if golden[file] {
				t.Fatalf("two states are called %s", specimen.state)
			}
			golden[file] = true
			got, err := s.pages.Render(language.Code, specimen.page, specimen.data)
			if err != nil {
				t.Fatalf("%s in %s: %v", specimen.state, language.Code, err)
			}
			compareWithGolden(t, file, hashInName.ReplaceAll(got, []byte("$1.")))
		}
	}
	found, err := filepath.Glob(goldenFolder + "/*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		if !golden[file] {
			t.Errorf("%s is of no state", file)
		}
	}
}

func compareWithGolden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what is rendered; if that is wanted: go test ./internal/site -run Golden -update", file)
	}
}
