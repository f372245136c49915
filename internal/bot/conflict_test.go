package bot_test

import (
	"slices"
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
	b, _, _ := newBot(t, telegram.url, newStore(t))
	stop := poll(t, b)

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
	if others := slices.DeleteFunc(telegram.asked, func(m string) bool { return m == "getUpdates" }); len(others) > 0 {
		t.Errorf("besides polling, the bot called %q", others)
	}
}

func TestPoll_conflictIsSaidOnceInAWhileAndStopsNothing(t *testing.T) {
	t.Parallel()
	const words = "updates go to another program or a webhook"
	telegram := newStandIn(t)
	telegram.owner(t, "setWebhook", map[string]any{"url": "https://elsewhere.example/hook"}, new(any))
	b, logged, now := newBot(t, telegram.url, newStore(t))
	poll(t, b)

	telegram.awaitPolls(t, 4) // The fourth comes after the third was refused.
	if n := strings.Count(logged.String(), words); n != 1 {
		t.Errorf("three refusals were logged %d times, want once", n)
	}
	now.advance(time.Hour)
	logged.await(t, "the log to say it again", func() bool { return strings.Count(logged.text.String(), words) == 2 })

	telegram.owner(t, "deleteWebhook", map[string]any{}, new(any))
	telegram.answersAfter(t, telegram.say(t, "/start"))
}
