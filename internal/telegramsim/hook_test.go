package telegramsim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

// patience is how long tests wait for what has to come.
const patience = 20 * time.Second

// clock is a clock that tests move.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time          { return noon.Add(time.Duration(c.offset.Load())) }
func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }

// hurried is a stand-in that repeats failed deliveries soon.
func hurried() telegramsim.Config {
	cfg := config()
	cfg.WebhookRetry = 20 * time.Millisecond
	return cfg
}

// delivery is one update that arrived at a webhook.
type delivery struct {
	at     time.Time
	method string
	header http.Header
	body   string
	update object
}

// text is what the message of the update says.
func (d delivery) text() string {
	m, _ := d.update["message"].(object)
	text, _ := m["text"].(string)
	return text
}

// hook is a website that receives updates.
type hook struct {
	t       *testing.T
	url     string
	arrived chan delivery
}

// startHook starts one. It notes each delivery before answer answers it; nil means that all is well.
func startHook(t *testing.T, answer func(http.ResponseWriter, delivery)) *hook {
	t.Helper()
	h := &hook{t: t, arrived: make(chan delivery, 10_000)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("reading a delivery: %v", err)
		}
		d := delivery{at: time.Now(), method: r.Method, header: r.Header, body: string(body)}
		err = json.Unmarshal(body, &d.update)
		if err != nil {
			t.Errorf("decoding %q: %v", body, err)
		}
		h.arrived <- d
		if answer != nil {
			answer(w, d)
		}
	}))
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// await returns the next deliveries.
func (h *hook) await(count int) []delivery {
	h.t.Helper()
	deadline := time.After(patience)
	var list []delivery
	for len(list) < count {
		select {
		case d := <-h.arrived:
			list = append(list, d)
		case <-deadline:
			h.t.Fatalf("%d deliveries came, want %d", len(list), count)
		}
	}
	return list
}

// drain returns what has arrived and was not awaited.
func (h *hook) drain() []delivery {
	var list []delivery
	for {
		select {
		case d := <-h.arrived:
			list = append(list, d)
		default:
			return list
		}
	}
}

// words is what the messages of deliveries say.
func words(list []delivery) string {
	updates := make([]object, 0, len(list))
	for _, d := range list {
		updates = append(updates, d.update)
	}
	return texts(updates)
}

func (s *stand) setWebhook(link string) {
	s.t.Helper()
	s.mustBot("setWebhook", object{"url": link})
}

// awaitInfo asks for the state of the webhook until it is as wanted.
func (s *stand) awaitInfo(wanted func(info object) bool) object {
	s.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		info := s.mustBot("getWebhookInfo", nil).(object)
		if wanted(info) {
			return info
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the webhook is still %v", info)
		}
	}
}

// awaitNothingPending waits until all updates have been confirmed.
func (s *stand) awaitNothingPending() {
	s.t.Helper()
	s.awaitInfo(func(info object) bool { return info["pending_update_count"] == 0.0 })
}

// dawdle gives what must not happen time to happen.
func (s *stand) dawdle() {
	s.t.Helper()
	for range 50 {
		s.mustBot("getMe", nil)
	}
}
