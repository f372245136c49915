package e2e_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Without this test, a watch that sees nothing would look like pages that do
// nothing wrong.
func TestWatch_noticesWhatAPageDoesWrong(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", "style-src 'none'")
		_, _ = fmt.Fprint(w, `<!doctype html><title>Wrong</title><h1>Wrong</h1><style>h1 { color: red }</style>`+
			`<link rel="icon" href="data:,"><img src="/missing.png"><img src="http://127.0.0.1:1/foreign.png">`+
			`<script>console.log("hello"); throw new Error("broken")</script>`)
	}))
	t.Cleanup(server.Close)
	v := (&world{site: server.URL, telegram: server.URL}).openProfile(t)

	v.open(server.URL + "/")

	complaints := strings.Join(v.watch.complaints(), "\n")
	for _, want := range []string{
		"a page asked a foreign host: http://127.0.0.1:1/foreign.png",
		"a part of a page was not there: 404 " + server.URL + "/missing.png",
		"a script wrote to the console: log",
		"a script failed: ",
		"console: ",
	} {
		if !strings.Contains(complaints, want) {
			t.Errorf("%q was not noticed, only:\n%s", want, complaints)
		}
	}
}
