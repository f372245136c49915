package bot_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/bot"
)

func inspect(t *testing.T, apiURL, token string) (bot.Inspection, error) {
	t.Helper()
	return bot.Inspect(t.Context(), apiURL, token, webhookURL, time.Now)
}

func TestInspect_tellsWhoseTokenItIsAndWhoSaysSo(t *testing.T) {
	t.Parallel()
	got, err := inspect(t, newStandIn(t).url, token)
	if err != nil || got.Username != username || !got.StandIn {
		t.Errorf("Inspect = %+v, %v", got, err)
	}
	if got.Webhook.Set || got.Webhook.Ours {
		t.Errorf("there is no webhook, and it says %+v", got.Webhook)
	}
}

// Who answered, and when, is worth knowing even then.
func TestInspect_ofATokenThatIsRefusedTellsTheRest(t *testing.T) {
	t.Parallel()
	got, err := inspect(t, newStandIn(t).url, "7000000001:AAof_a_bot_that_was_deleted-long_ago")
	if !errors.Is(err, bot.ErrTokenRefused) || !got.StandIn || !got.SkewKnown || got.Username != "" {
		t.Errorf("Inspect = %+v, %v", got, err)
	}
}

func TestInspect_ofSomebodyElsesWebhookShowsItsHostOnly(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	s.owner(t, "setWebhook", map[string]any{"url": "https://user:secret-part@Elsewhere.example:8443/secret-part?secret-part"}, new(any))
	got, err := inspect(t, s.url, token)
	if err != nil || !got.Webhook.Set || got.Webhook.Ours || got.Webhook.Host != "elsewhere.example" {
		t.Errorf("Inspect = %+v, %v", got, err)
	}
	if strings.Contains(fmt.Sprintf("%+v", got), "secret-part") {
		t.Errorf("the address is shown: %+v", got)
	}
}

func TestInspect_tellsWhetherTheWebhookBringsAllThatWeNeed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		allowed []string
		want    bool
	}{
		"ours":                  {[]string{"message", "my_chat_member"}, true},
		"in another order":      {[]string{"my_chat_member", "message"}, true},
		"Telegram's default":    {nil, true},
		"without the blocks":    {[]string{"message"}, false},
		"without the messages":  {[]string{"my_chat_member"}, false},
		"something else at all": {[]string{"poll"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t)
			params := map[string]any{"url": webhookURL}
			if test.allowed != nil {
				params["allowed_updates"] = test.allowed
			}
			s.owner(t, "setWebhook", params, new(any))
			got, err := inspect(t, s.url, token)
			if err != nil || !got.Webhook.Ours || got.Webhook.AllUpdates != test.want {
				t.Errorf("Inspect = %+v, %v; want all updates: %t", got.Webhook, err, test.want)
			}
		})
	}
}

func TestInspect_changesNothing(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	if _, err := inspect(t, s.url, token); err != nil {
		t.Fatal(err)
	}
	s.await(t, "the calls", func() bool { return len(s.asked) >= 2 })
	if got := strings.Join(s.asked, " "); got != "getMe getWebhookInfo" {
		t.Errorf("called %s", got)
	}
}

// R12: neither what it finds nor what goes wrong holds the token.
func TestInspect_showsNoTokenWhateverGoesWrong(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"a page":                   "<p>no route for %s",
		"an error":                 `{"ok":false,"error_code":500,"description":"no route for %s"}`,
		"a refusal":                `{"ok":false,"error_code":401,"description":"no route for %s"}`,
		"a result of another sort": `{"ok":true,"result":["%s"]}`,
		"a name":                   `{"ok":true,"result":{"username":"%s","url":"%[1]s"}}`,
	}
	check := func(t *testing.T, apiURL string) {
		t.Helper()
		got, err := inspect(t, apiURL, token)
		if text := fmt.Sprintf("%+v %v", got, err); strings.Contains(text, secret) {
			t.Errorf("Inspect shows the token: %s", text)
		}
	}
	for name, text := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = fmt.Fprintf(w, text, r.URL.Path)
			}))
			t.Cleanup(server.Close)
			check(t, server.URL)
		})
	}
	for _, address := range []string{unreachable(t), "http://127.0.0.1:port", "gopher://127.0.0.1:1"} {
		check(t, address)
	}
}

func TestInspect_ofSomethingThatIsNoTokenAsksNobody(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	if _, err := inspect(t, s.url, "12345"); err == nil || errors.Is(err, bot.ErrTokenRefused) {
		t.Errorf("error is %v", err)
	}
	if len(s.asked) > 0 {
		t.Errorf("called %q", s.asked)
	}
}

func TestInspect_measuresTheClockInBothDirections(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	for _, ahead := range []time.Duration{-10 * time.Minute, 10 * time.Minute} {
		now := func() time.Time { return time.Now().Add(ahead) }
		got, err := bot.Inspect(t.Context(), s.url, token, webhookURL, now)
		if off := got.ClockSkew - ahead; err != nil || !got.SkewKnown || off.Abs() > time.Minute {
			t.Errorf("Inspect = %+v, %v; our clock is %s ahead", got, err, ahead)
		}
	}
}
