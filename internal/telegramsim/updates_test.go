package telegramsim_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func (s *stand) write(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		s.client("messages.sendMessage", object{"message": text})
	}
}

// texts is what the messages of the updates say.
func texts(updates []object) string {
	var list []string
	for _, u := range updates {
		list = append(list, u["message"].(object)["text"].(string))
	}
	return strings.Join(list, " ")
}

func TestGetUpdates_repeatsUntilTheOffsetConfirms(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.write("one", "two", "three")
	first := int64(s.updates(object{})[0]["update_id"].(float64))
	if first != noon.UnixMilli() {
		t.Errorf("ids start at %d, want the clock's %d", first, noon.UnixMilli())
	}
	for _, step := range []struct {
		parameters object
		want       string
	}{
		{object{}, "one two three"},
		{object{"limit": 2}, "one two"},
		{object{"offset": first + 1}, "two three"},
		{object{}, "two three"},
		{object{"offset": strconv.FormatInt(first, 10), "limit": "1", "timeout": "0"}, "two"},
		{object{"offset": -1}, "three"},
		{object{}, "three"},
		{object{"offset": first + 3}, ""},
	} {
		if got := texts(s.updates(step.parameters)); got != step.want {
			t.Errorf("%v: got %q, want %q", step.parameters, got, step.want)
		}
	}
}

func TestGetUpdates_forgetsAfterADay(t *testing.T) {
	t.Parallel()
	cfg := config()
	var hours atomic.Int64
	cfg.Now = func() time.Time { return noon.Add(time.Duration(hours.Load()) * time.Hour) }
	s := start(t, cfg)
	s.write("old")
	hours.Store(23)
	s.write("new")
	hours.Store(24)
	if got := texts(s.updates(object{})); got != "new" {
		t.Errorf("got %q", got)
	}
}

func TestGetUpdates_waitsForAnUpdate(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	arrived := make(chan string, 1)
	go func() { arrived <- texts(s.updates(object{"timeout": 50})) }()
	s.write("hello")
	if got := <-arrived; got != "hello" {
		t.Errorf("got %q", got)
	}
}

func TestGetUpdates_allowedKindsHoldForLaterUpdates(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.write("before")
	s.updates(object{"allowed_updates": []string{"my_chat_member"}})
	s.write("not wanted")
	s.updates(object{}) // leaving it out keeps the choice
	s.write("not wanted either")
	s.updates(object{"allowed_updates": []string{}})
	s.write("after")
	if got := texts(s.updates(object{})); got != "before after" {
		t.Errorf("got %q", got)
	}
}

func TestGetUpdates_aSecondPollerEndsTheFirst(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	type reply struct {
		status int
		body   object
	}
	replies := make(chan reply, 2)
	for range 2 {
		go func() {
			status, body := s.bot("getUpdates", object{"timeout": 50})
			replies <- reply{status, body}
		}()
	}
	first := <-replies // whichever came first is ended by the other
	want := "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
	if first.status != 409 || first.body["error_code"] != 409.0 || first.body["description"] != want {
		t.Errorf("got %v", first)
	}
	s.write("for the second")
	if second := <-replies; second.status != 200 {
		t.Errorf("the second poller got %v", second)
	}
}

// nobody is an address at which nothing listens.
const nobody = "http://127.0.0.1:1/hook"

func TestWebhook_isReportedAndExcludesPolling(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	waiting := make(chan any, 1)
	go func() {
		_, body := s.bot("getUpdates", object{"timeout": 50})
		waiting <- body["description"]
	}()
	hook := object{"url": nobody, "secret_token": "s3cret_-", "allowed_updates": []string{"message"}}
	for {
		// Set it again until the poll was there to be ended: its start can't be seen from outside.
		s.mustBot("setWebhook", hook)
		s.mustBot("deleteWebhook", nil)
		select {
		case got := <-waiting:
			if got != "Conflict: terminated by setWebhook request" && got != "Conflict: can't use getUpdates method "+
				"while webhook is active; use deleteWebhook to delete the webhook first" {
				t.Fatalf("the waiting poll got %v", got)
			}
		default:
			continue
		}
		break
	}
	s.mustBot("setWebhook", hook)
	s.write("one", "two")
	info := s.mustBot("getWebhookInfo", nil).(object)
	if info["url"] != hook["url"] || info["pending_update_count"] != 2.0 || info["max_connections"] != 40.0 ||
		fmt.Sprint(info["allowed_updates"]) != "[message]" {
		t.Errorf("got %v", info)
	}
	status, body := s.bot("getUpdates", nil)
	text := body["description"].(string)
	if status != 409 || !strings.HasPrefix(text, "Conflict: can't use getUpdates method while webhook is active") {
		t.Errorf("polling beside a webhook: %d %v", status, body)
	}
	for _, bad := range []object{
		{"url": "ftp://example.com"}, {"url": "x"}, {"url": "https://example.com", "secret_token": "a b"},
	} {
		if status, _ := s.bot("setWebhook", bad); status != 400 {
			t.Errorf("%v: %d", bad, status)
		}
	}
	s.mustBot("deleteWebhook", object{"drop_pending_updates": true})
	if left := s.updates(object{}); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}
