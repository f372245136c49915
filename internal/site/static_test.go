package site_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestStatic_isKeptForEverUnderItsHashedName(t *testing.T) {
	t.Parallel()
	b := newWorld(t).newBrowser()
	page := b.get("/")
	_, rest, _ := strings.Cut(page.body, `<link rel="stylesheet" href="`)
	address, _, _ := strings.Cut(rest, `"`)
	got := b.get(address)
	if got.StatusCode != http.StatusOK || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/css") {
		t.Fatalf("%s: %s %s", address, got.Status, got.Header.Get("Content-Type"))
	}
	if cache := got.Header.Get("Cache-Control"); cache != "public, max-age=31536000, immutable" {
		t.Errorf("Cache-Control: %s", cache)
	}
	for _, path := range []string{"/static/site.css", "/static/", "/static/../web.go", "/static/%2e%2e/web.go"} {
		if got := b.get(path); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, got.Status)
		}
	}
}
