package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strconv"
	"testing"

	"example.com/telegram-login/web"
)

// serve asks for the style sheet.
func serve(t *testing.T, static *web.Static, method string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	url, err := static.URL("site.css")
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, url, nil)
	r.Header = header
	w := httptest.NewRecorder()
	if !static.Serve(w, r, path.Base(url)) {
		t.Fatal("no such file")
	}
	return w
}

func TestStatic_isSentCompressedToWhoeverTakesIt(t *testing.T) {
	t.Parallel()
	_, static := newPages(t)
	want, err := os.ReadFile("static/site.css")
	if err != nil {
		t.Fatal(err)
	}
	for accept, gzipped := range map[string]bool{
		"gzip":                       true,
		"gzip, deflate, br, zstd":    true,
		"br;q=1.0, GZIP ; q=0.5":     true,
		"gzip;q=1":                   true,
		"":                           false,
		"br":                         false,
		"gzip;q=0":                   false,
		"gzip;q=0.000, identity":     false,
		"gzip;q=much":                false,
		"*":                          false,
		"xgzip, gzipped, not-a-gzip": false,
	} {
		answer := serve(t, static, http.MethodGet, http.Header{"Accept-Encoding": {accept}})
		sent := answer.Body.Bytes()
		if got := answer.Header().Get("Content-Encoding") == "gzip"; got != gzipped {
			t.Errorf("Accept-Encoding %q: compressed = %t", accept, got)
			continue
		}
		if answer.Header().Get("Vary") != "Accept-Encoding" || answer.Header().Get("Content-Type") != "text/css; charset=utf-8" {
			t.Errorf("Accept-Encoding %q: %v", accept, answer.Header())
		}
		if length := answer.Header().Get("Content-Length"); length != strconv.Itoa(len(sent)) {
			t.Errorf("Accept-Encoding %q: Content-Length %s of %d bytes", accept, length, len(sent))
		}
		got := sent
		if gzipped {
			if len(sent) > len(want)/3 {
				t.Errorf("%d bytes became %d", len(want), len(sent))
			}
			r, err := gzip.NewReader(bytes.NewReader(sent))
			if err != nil {
				t.Fatal(err)
			}
			if got, err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(got, want) {
			t.Errorf("Accept-Encoding %q: another file", accept)
		}
	}
}

func TestStatic_aPartIsOneOfTheFileAsItIs(t *testing.T) {
	t.Parallel()
	_, static := newPages(t)
	answer := serve(t, static, http.MethodGet, http.Header{"Accept-Encoding": {"gzip"}, "Range": {"bytes=0-9"}})
	if answer.Code != http.StatusPartialContent || answer.Header().Get("Content-Encoding") != "" || answer.Body.Len() != 10 {
		t.Errorf("status %d, %v", answer.Code, answer.Header())
	}
}

func TestStatic_headIsTheSameWithoutTheFile(t *testing.T) {
	t.Parallel()
	_, static := newPages(t)
	header := http.Header{"Accept-Encoding": {"gzip"}}
	get, head := serve(t, static, http.MethodGet, header), serve(t, static, http.MethodHead, header)
	if head.Body.Len() != 0 {
		t.Errorf("%d bytes", head.Body.Len())
	}
	for name := range get.Header() {
		if get.Header().Get(name) != head.Header().Get(name) {
			t.Errorf("%s: %q and %q", name, get.Header().Get(name), head.Header().Get(name))
		}
	}
}
