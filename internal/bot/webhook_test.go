package bot_test

import (
	"slices"
	"strings"
	"testing"
)

type webhookInfo struct {
	Result struct {
		URL            string   `json:"url"`
		AllowedUpdates []string `json:"allowed_updates"`
	} `json:"result"`
}

func (s *standIn) webhook(t *testing.T) webhookInfo {
	t.Helper()
	var info webhookInfo
	s.owner(t, "getWebhookInfo", map[string]any{}, &info)
	return info
}

func TestSetWebhook_leadsTelegramToOurAddress(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	b := newBot(t, telegram.url)

	b.SetWebhook(t.Context())

	got := telegram.webhook(t).Result
	if got.URL != webhookURL || !slices.Equal(got.AllowedUpdates, []string{"message", "my_chat_member"}) {
		t.Errorf("webhook %+v", got)
	}
	if text := b.log.String(); !strings.Contains(text, "webhook set") || strings.Contains(text, webhookSecret) {
		t.Errorf("logged %q", text)
	}
}

func TestSetWebhook_saysThatAnotherOneWasReplaced(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	telegram.owner(t, "setWebhook", map[string]any{"url": "https://elsewhere.example/secret-path"}, new(any))
	b := newBot(t, telegram.url)

	b.SetWebhook(t.Context())

	if text := b.log.String(); !strings.Contains(text, "led elsewhere") || strings.Contains(text, "secret-path") {
		t.Errorf("logged %q", text)
	}
}

func TestSetWebhook_triesAgainWhenTelegramIsOutOfReach(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t))
	stop := inBackground(t, b.SetWebhook)
	b.log.awaitText(t, "webhook not set")
	stop() // Waits for it to return.
}

// Whoever changes the setting back to polling gets updates again.
func TestPoll_removesTheWebhookThatWeSetOurselves(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	b := newBot(t, telegram.url)
	b.SetWebhook(t.Context())

	b.run(t)

	telegram.answersAfter(t, telegram.say(t, "/start"))
	if got := telegram.webhook(t).Result.URL; got != "" {
		t.Errorf("the webhook is still %q", got)
	}
}
