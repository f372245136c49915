package telegramsim_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

func TestWebhookDuplicates_bringEachUpdateMoreThanOnce(t *testing.T) {
	t.Parallel()
	s := start(t, hurried())
	var count atomic.Int64
	h := startHook(t, func(w http.ResponseWriter, d delivery) {
		if count.Add(1) == 1 {
			fail(w, d) // this copy comes again
		}
	})
	s.setFaults(telegramsim.Faults{WebhookDuplicates: 2})
	s.setWebhook(h.url)
	s.write("one", "two")
	s.awaitNothingPending()
	seen := map[string]int{}
	for _, d := range h.drain() {
		seen[d.text()+" "+d.body]++
	}
	if len(seen) != 2 || count.Load() != 7 {
		t.Errorf("%d deliveries: %v", count.Load(), seen)
	}
}

func TestWebhookDuplicates_comeAtTheSameTime(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	release := make(chan struct{})
	h := startHook(t, func(http.ResponseWriter, delivery) { <-release })
	s.setFaults(telegramsim.Faults{WebhookDuplicates: 1})
	s.setWebhook(h.url)
	s.write("one")
	h.await(2) // although the first has not been answered
	close(release)
	s.awaitNothingPending()
}

func TestWebhookReorder_turnsRoundWindows(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.WebhookRetry = 20 * time.Millisecond // the rest goes out after a quiet time of three times this
	s := start(t, cfg)
	h := startHook(t, nil)
	for i, text := range []string{"one", "two", "three", "four", "five"} {
		s.client("messages.sendMessage", object{"as": anna + i, "message": text}) // different chats
	}
	s.setFaults(telegramsim.Faults{WebhookReorder: 3})
	s.setWebhook(h.url)
	if got := words(h.await(5)); got != "three two one five four" {
		t.Errorf("got %s", got)
	}
	s.awaitNothingPending()
}

func TestWebhookReorder_holdsBackUntilTheWindowIsFull(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.WebhookRetry = time.Minute // it never gets quiet
	s := start(t, cfg)
	h := startHook(t, nil)
	s.setFaults(telegramsim.Faults{WebhookReorder: 2})
	s.setWebhook(h.url)
	s.write("one")
	s.dawdle()
	if early := h.drain(); len(early) > 0 {
		t.Errorf("%s came at once", words(early))
	}
	s.write("two")
	if got := words(h.await(2)); got != "two one" {
		t.Errorf("got %s", got)
	}
}

// The time is a lower bound, which holds on a busy machine too.
func TestWebhookLate_delaysEachUpdate(t *testing.T) {
	t.Parallel()
	s := start(t, hurried())
	h := startHook(t, nil)
	s.setFaults(telegramsim.Faults{WebhookLateMS: 60})
	s.setWebhook(h.url)
	begun := time.Now()
	s.write("one", "two")
	list := h.await(2)
	if took := list[0].at.Sub(begun); took < 60*time.Millisecond || words(list) != "one two" {
		t.Errorf("%s came after %v", words(list), took)
	}
}
