package bot_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"example.com/telegram-login/internal/bot"
)

// R12, T07: the token stands in the address of each call, and whatever stands
// between us and Telegram may quote an address.
func TestToken_isInNoLogWhateverTheBotAPIAnswers(t *testing.T) {
	t.Parallel()
	answers := map[string]http.HandlerFunc{
		"error": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = fmt.Fprint(w, `{"ok":false,"error_code":500,"description":"Internal Server Error"}`)
		},
		"error that quotes the address": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = fmt.Fprintf(w, `{"ok":false,"error_code":404,"description":"no route for %s"}`, r.URL.Path)
		},
		"json that is no answer": func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintf(w, `["no route for %s"]`, r.URL.Path)
		},
		"page": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
			_, _ = fmt.Fprintf(w, "<h1>Bad gateway</h1><p>%s could not be reached.", html.EscapeString(r.URL.Path))
		},
		"page with the address encoded": func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintf(w, "<a href='/sign-in?back=%s'>Sign in to this network</a>", url.QueryEscape(r.URL.Path))
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1"+r.URL.Path, http.StatusFound)
		},
		"truncated": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = fmt.Fprint(w, `{"ok":`)
		},
		"nothing": func(http.ResponseWriter, *http.Request) {},
		"hangs up": func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(answer)
			t.Cleanup(server.Close)
			mustLeaveNoTraceOfTheToken(t, server.URL)
		})
	}
	t.Run("unreachable", func(t *testing.T) {
		t.Parallel()
		mustLeaveNoTraceOfTheToken(t, unreachable(t))
	})
	t.Run("another protocol", func(t *testing.T) {
		t.Parallel()
		mustLeaveNoTraceOfTheToken(t, strings.Replace(unreachable(t), "http:", "gopher:", 1))
	})
}

// mustLeaveNoTraceOfTheToken lets a bot do all that it can do with a Bot API
// that does not work.
func mustLeaveNoTraceOfTheToken(t *testing.T, apiURL string) {
	t.Helper()
	b := newBot(t, apiURL, withoutUsername)

	stop := inBackground(t, b.Introduce)
	b.log.awaitText(t, "username of the bot not known")
	stop()
	stop = inBackground(t, b.SetWebhook)
	b.log.awaitText(t, "webhook not set")
	stop()
	stop = b.poll(t)
	b.log.awaitText(t, "bot api")
	stop()
	b.receive(t, saying("/start"))
	stop = b.send(t)
	b.log.await(t, "the log to tell of the answer", func() bool {
		return strings.Contains(b.log.text.String(), "queue of messages") || strings.Contains(b.log.text.String(), "answer refused")
	})
	stop()

	if text := b.log.String(); strings.Contains(text, secret) {
		t.Errorf("the log holds the token:\n%s", text)
	}
	if text := b.log.String(); strings.Contains(text, "<") {
		t.Errorf("the log holds somebody's page:\n%s", text)
	}
	var errors string
	if err := b.db.QueryRow(t.Context(), "SELECT coalesce(string_agg(errors::text, ' '), '') FROM river_job").Scan(&errors); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(errors, secret) {
		t.Errorf("the queue holds the token:\n%s", errors)
	}
}

// The library would quote the whole address of a call that cannot be made.
func TestToken_isInNoErrorOfAnAddressThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, cfg := range []bot.Config{
		{Token: token, APIURL: "http://127.0.0.1:port", LoginURL: loginURL},
		{Token: token + "\n", APIURL: "http://127.0.0.1:1", LoginURL: loginURL},
		{Token: token + "%zz", APIURL: "http://127.0.0.1:1", LoginURL: loginURL},
	} {
		_, err := bot.New(cfg)
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("New = %v, want an error without the token", err)
		}
	}
}

// That the library hides the token in an address is not what we rely on.
func TestToken_errorOfAFailedCallNamesNoAddress(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t), withoutUsername)

	stop := inBackground(t, b.Introduce)
	b.log.awaitText(t, "username of the bot not known")
	stop()

	if text := b.log.String(); strings.Contains(text, "/bot") {
		t.Errorf("logged %q, want an error without the address", text)
	}
}

func TestRedirect_isNotFollowed(t *testing.T) {
	t.Parallel()
	var followed atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Store(true) }))
	t.Cleanup(elsewhere.Close)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusFound)
	}))
	t.Cleanup(server.Close)
	b := newBot(t, server.URL, withoutUsername)

	stop := inBackground(t, b.Introduce)
	b.log.awaitText(t, "username of the bot not known")
	stop()

	if followed.Load() {
		t.Error("the request, with the token in its address, went where the redirect points")
	}
}
