package bot_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"example.com/telegram-login/internal/bot"
)

func TestChatLink_carriesTheStartParameter(t *testing.T) {
	t.Parallel()
	tests := []struct {
		linkURL, start, want string
	}{
		{"https://t.me", "abc_DEF-123", "https://t.me/" + username + "?start=abc_DEF-123"},
		{"https://t.me/", "abc", "https://t.me/" + username + "?start=abc"},
		{"http://localhost:8081", "a&b", "http://localhost:8081/" + username + "?start=a%26b"},
	}
	for _, test := range tests {
		b := newBot(t, unreachable(t), func(c *bot.Config) { c.LinkURL = test.linkURL })
		if got, ok := b.ChatLink(test.start); got != test.want || !ok {
			t.Errorf("ChatLink(%q) = %q, %t, want %q", test.start, got, ok, test.want)
		}
	}
}

func TestChatLink_isKnownWhenTelegramHasToldTheUsername(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	b := newBot(t, telegram.url, withoutUsername)
	if link, ok := b.ChatLink("abc"); ok {
		t.Fatalf("ChatLink = %q before anybody knows the username", link)
	}

	b.Introduce(t.Context())

	if link, ok := b.ChatLink("abc"); !ok || link != chatsURL+"/"+username+"?start=abc" {
		t.Errorf("ChatLink = %q, %t", link, ok)
	}
}

func TestIntroduce_triesAgainWhenTelegramIsOutOfReach(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	var calls atomic.Int32
	flaky := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			http.Error(w, "out of order", http.StatusBadGateway)
			return
		}
		telegram.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(flaky.Close)
	b := newBot(t, flaky.URL, withoutUsername)

	b.Introduce(t.Context())

	if _, ok := b.ChatLink("abc"); !ok {
		t.Error("the username is not known after the second try")
	}
	b.log.awaitText(t, "username of the bot not known")
}

func TestIntroduce_givesUpWhenTheSiteStops(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t), withoutUsername)

	stop := inBackground(t, b.Introduce)
	b.log.awaitText(t, "username of the bot not known")
	stop() // Waits for it to return.
}

func TestIntroduce_asksNobodyWhenItIsKnown(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	b := newBot(t, telegram.url)

	b.Introduce(t.Context())

	if n := telegram.calls("getMe"); n != 0 {
		t.Errorf("getMe was called %d times, want never", n)
	}
}

func TestNew_refusesATokenWithoutASecret(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "7000000001", "7000000001:"} {
		if _, err := bot.New(bot.Config{Token: bad, LoginURL: loginURL}); err == nil {
			t.Errorf("New took the token %q", bad)
		}
	}
}

// unreachable is the address of a server that is gone.
func unreachable(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	return server.URL
}
