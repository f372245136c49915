package bot_test

import (
	"strings"
	"testing"
	"time"
)

// The owner's bot may run elsewhere: its webhook is not ours to delete.
func TestPoll_webhookOfSomebodyElseStays(t *testing.T) {
	t.Parallel()
	const hook = "https://elsewhere.example/hook"
	telegram := newStandIn(t)
	telegram.owner(t, "setWebhook", map[string]any{"url": hook}, new(any))
	b := newBot(t, telegram.url)
	stop := b.poll(t)

	telegram.awaitPolls(t, 3)
	stop()

	var info struct {
		Result struct {
			URL string `json:"url"`
		} `json:"result"`
	}
	telegram.owner(t, "getWebhookInfo", map[string]any{}, &info)
	if info.Result.URL != hook {
		t.Errorf("the webhook is %q, want %q", info.Result.URL, hook)
	}
	for _, method := range []string{"deleteWebhook", "setWebhook"} {
		if n := telegram.calls(method); n != 0 {
			t.Errorf("the bot called %s", method)
		}
	}
}

func TestPoll_conflictIsSaidOnceInAWhileAndStopsNothing(t *testing.T) {
	t.Parallel()
	const words = "updates go to another program or a webhook"
	telegram := newStandIn(t)
	telegram.owner(t, "setWebhook", map[string]any{"url": "https://elsewhere.example/hook"}, new(any))
	b := newBot(t, telegram.url)
	b.run(t)

	telegram.awaitPolls(t, 4) // The fourth comes after the third was refused.
	if n := strings.Count(b.log.String(), words); n != 1 {
		t.Errorf("three refusals were logged %d times, want once", n)
	}
	b.clock.advance(time.Hour)
	b.log.await(t, "the log to say it again", func() bool { return strings.Count(b.log.text.String(), words) == 2 })

	telegram.owner(t, "deleteWebhook", map[string]any{}, new(any))
	telegram.answersAfter(t, telegram.say(t, "/start"))
}
