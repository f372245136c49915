package telegramsim_test

import (
	"net/http"
	"testing"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

// counts reads what the bot sent.
func (s *stand) counts(t *testing.T) map[string]int {
	t.Helper()
	a := s.do("GET", "/control/sends?bot="+peer, nil)
	var counted map[string]int
	s.decode(a, &counted)
	return counted
}

// expectCounts compares with what a bot has sent that never had to wait.
func expectCounts(t *testing.T, got map[string]int, calls, carriedOut, most, mostPerChat int) {
	t.Helper()
	want := map[string]int{
		"calls": calls, "carried_out": carriedOut, "most_per_second": most,
		"most_per_second_per_chat": mostPerChat, "calls_during_flood_wait": 0, "latest_in_flood_wait_ms": 0,
	}
	for name, n := range want {
		if got[name] != n {
			t.Errorf("%s is %d, want %d", name, got[name], n)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %v", got)
	}
}

func TestSends_areMeasuredInSlidingSeconds(t *testing.T) {
	t.Parallel()
	var c clock
	cfg := config()
	cfg.Now = c.now
	s := start(t, cfg)
	s.write("hello")
	s.client("messages.sendMessage", object{"as": boris, "message": "hello"})
	send := func(to int) {
		s.bot("sendMessage", object{"chat_id": to, "text": "hi"})
	}
	expectCounts(t, s.counts(t), 0, 0, 0, 0)
	send(anna) // 0.0
	c.advance(600 * time.Millisecond)
	send(anna) // 0.6
	c.advance(400 * time.Millisecond)
	send(anna) // 1.0: a second after the first, which is another second
	send(boris)
	expectCounts(t, s.counts(t), 4, 4, 3, 2)
	c.advance(500 * time.Millisecond)
	send(700100003) // refused: never met
	s.bot("sendMessage", object{"chat_id": anna})
	s.bot("getMe", nil)
	s.bot("sendChatAction", object{"chat_id": anna, "action": "typing"})
	expectCounts(t, s.counts(t), 6, 4, 5, 3)

	c.advance(time.Hour)
	send(anna)
	expectCounts(t, s.counts(t), 7, 5, 5, 3)
	if a := s.do("DELETE", "/control/sends?bot="+peer, nil); a.status != http.StatusNoContent {
		t.Errorf("reset: %d", a.status)
	}
	expectCounts(t, s.counts(t), 0, 0, 0, 0)
	for _, method := range []string{"GET", "DELETE"} {
		if a := s.do(method, "/control/sends?bot=unknown_bot", nil); a.status != http.StatusNotFound {
			t.Errorf("%s of an unknown bot: %d", method, a.status)
		}
		if a := s.do(method, "/control/sends", nil); a.status >= 300 {
			t.Errorf("%s of the first bot: %d", method, a.status)
		}
	}
}

func TestSends_areCountedForEachBot(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.Bots = append(cfg.Bots, telegramsim.Bot{Token: "42:other", Username: "other_bot", Name: "Other"})
	s := start(t, cfg)
	s.do("GET", "/bot42:other/sendMessage?text=a&chat_id=700100001", nil)
	expectCounts(t, s.counts(t), 0, 0, 0, 0)
}

func TestSends_duringAFloodWaitAreCounted(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string]telegramsim.Faults{
		"of one call":   {APIMix: []string{"429:2", "", ""}},
		"of every call": {APIRetryAfter: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c clock
			cfg := config()
			cfg.Now = c.now
			s := start(t, cfg)
			s.write("hello")
			s.setFaults(faults)
			s.try("begins the wait")
			expectCounts(t, s.counts(t), 1, 0, 1, 1)
			c.advance(2 * time.Second)
			s.try("obeyed")
			if got := s.counts(t)["calls_during_flood_wait"]; got != 0 {
				t.Errorf("after the wait: %d calls during it", got)
			}
			s.setFaults(telegramsim.Faults{APIMix: []string{"429:2"}})
			c.advance(time.Hour)
			s.try("begins another")
			c.advance(1900 * time.Millisecond)
			s.try("too early")
			if got := s.counts(t); got["calls_during_flood_wait"] != 1 || got["latest_in_flood_wait_ms"] != 1900 {
				t.Errorf("within the wait: %v", got)
			}
			c.advance(100 * time.Millisecond)
			s.try("in time: the answer before said one second, and the wait did not get longer")
			if got := s.counts(t)["calls_during_flood_wait"]; got != 1 {
				t.Errorf("after the second wait: %d calls during it", got)
			}
		})
	}
}

func TestSends_whileEveryCallIsToldToWaitAreCounted(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.write("hello")
	s.setFaults(telegramsim.Faults{APIRetryAfter: 2})
	s.try("begins the wait")
	s.try("too early")
	if got := s.counts(t)["calls_during_flood_wait"]; got != 1 {
		t.Errorf("%d calls during the wait", got)
	}
}
