package bot_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"testing"
	"time"
)

// pollSink is a Bot API that answers getUpdates as it is told, and notes the
// offsets that it is asked for.
type pollSink struct {
	signal
	url     string
	offsets []int64
	asked   []string
}

// newPollSink answers each getUpdates with the next text, and with no updates
// when there are no more.
func newPollSink(t *testing.T, answers ...string) *pollSink {
	t.Helper()
	sink := &pollSink{signal: newSignal()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var params struct {
			Offset int64 `json:"offset"`
		}
		method := path.Base(r.URL.Path)
		if method == "getUpdates" {
			_ = json.NewDecoder(r.Body).Decode(&params)
		}
		answer := `{"ok":true,"result":{"url":""}}`
		sink.change(func() {
			sink.asked = append(sink.asked, method)
			if method != "getUpdates" {
				return
			}
			answer = `{"ok":true,"result":[]}`
			if n := len(sink.offsets); n < len(answers) {
				answer = answers[n]
			}
			sink.offsets = append(sink.offsets, params.Offset)
		})
		if strings.HasSuffix(answer, "[]}") { // Nothing new: hold it for a moment, as Telegram does.
			select {
			case <-r.Context().Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
		_, _ = fmt.Fprint(w, answer)
	}))
	t.Cleanup(server.Close)
	sink.url = server.URL
	return sink
}

func updates(texts ...string) string {
	return `{"ok":true,"result":[` + strings.Join(texts, ",") + `]}`
}

func (s *pollSink) awaitOffset(t *testing.T, offset int64) {
	t.Helper()
	s.await(t, fmt.Sprintf("offset %d", offset), func() bool { return slices.Contains(s.offsets, offset) })
}

// What has been acted on is confirmed with the next request; and no more.
func TestPoll_confirmsWhatItHasActedOn(t *testing.T) {
	t.Parallel()
	api := newPollSink(t, updates(`{"update_id": 500}`, `{"update_id": 501}`), updates(`{"update_id": 503}`))
	b := newBot(t, api.url)
	b.poll(t)

	api.awaitOffset(t, 504)
	if !slices.Equal(api.offsets[:3], []int64{0, 502, 504}) {
		t.Errorf("asked for %d", api.offsets[:3])
	}
	if n := b.count(t, "handled_updates"); n != 3 {
		t.Errorf("%d updates handled", n)
	}
}

func TestPoll_doesNotConfirmWhatItCouldNotActOn(t *testing.T) {
	t.Parallel()
	api := newPollSink(t, updates(`{"update_id": 500}`, saying("/login")))
	b := newBot(t, api.url)
	if _, err := b.db.Exec(t.Context(), "ALTER TABLE river_job RENAME TO away"); err != nil {
		t.Fatal(err)
	}
	b.poll(t)

	api.awaitOffset(t, 501)
	if n := b.count(t, "handled_updates"); n != 1 {
		t.Errorf("%d updates handled, want the one before", n)
	}
}

// One update that nobody can read must not hold up all that come after it.
func TestPoll_goesOnAfterAnUpdateThatIsNone(t *testing.T) {
	t.Parallel()
	api := newPollSink(t, updates(`{"update_id": 500, "message": 7}`, `{"update_id": 501}`))
	b := newBot(t, api.url)
	b.poll(t)

	api.awaitOffset(t, 502)
	b.log.awaitText(t, "update skipped")
}

func TestPoll_waitsAsLongAsTelegramSays(t *testing.T) {
	t.Parallel()
	api := newPollSink(t, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 600","parameters":{"retry_after":600}}`)
	b := newBot(t, api.url)
	b.poll(t)

	b.log.awaitText(t, "too many requests")
	b.clock.awaitReads(t, 10) // It goes on holding the lease.
	if n := len(api.offsets); n != 1 {
		t.Errorf("asked %d times within the wait", n)
	}
}

// A left-over webhook of our own goes even if Telegram does not answer the first
// question about it.
func TestPoll_removesOurWebhookAlsoAfterTrouble(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	var infos int
	flaky := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path.Base(r.URL.Path) == "getWebhookInfo" {
			if infos++; infos == 1 {
				w.WriteHeader(http.StatusBadGateway)
				_, _ = fmt.Fprint(w, `{"ok":false,"error_code":502,"description":"Bad Gateway"}`)
				return
			}
		}
		telegram.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(flaky.Close)
	telegram.owner(t, "setWebhook", map[string]any{"url": webhookURL}, new(any))
	b := newBot(t, flaky.URL)
	b.run(t)

	telegram.answersAfter(t, telegram.say(t, "/start"))
}

// Telegram says yes, and does something else.
func TestSetWebhook_checksThatItIsSet(t *testing.T) {
	t.Parallel()
	for name, info := range map[string]string{
		"elsewhere":       `{"url":"https://elsewhere.example/secret-path","allowed_updates":["message","my_chat_member"]}`,
		"not set":         `{"url":""}`,
		"fewer kinds":     `{"url":"` + webhookURL + `","allowed_updates":["message"]}`,
		"no kinds at all": `{"url":"` + webhookURL + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				result := info
				if path.Base(r.URL.Path) == "setWebhook" {
					result = "true"
				}
				_, _ = fmt.Fprintf(w, `{"ok":true,"result":%s}`, result)
			}))
			t.Cleanup(api.Close)
			b := newBot(t, api.URL)

			stop := inBackground(t, b.SetWebhook)
			b.log.awaitText(t, "webhook not set")
			stop()

			if text := b.log.String(); strings.Contains(text, "secret-path") || strings.Contains(text, `msg="webhook set"`) {
				t.Errorf("logged %q", text)
			}
		})
	}
}

// Somebody in a group may be a channel or an anonymous administrator.
func TestReceive_commandOfNobodyInAGroupIsLeftAlone(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t))
	b.receive(t, strings.Replace(groupMessage("/login"), fmt.Sprintf(`"id": %d`, anna), `"id": 0`, 1))
	if n := b.count(t, "river_job"); n != 0 {
		t.Errorf("%d answers", n)
	}
}

// In a forum the answer belongs into the topic of the question.
func TestReceive_answerGoesToTheTopicOfTheQuestion(t *testing.T) {
	t.Parallel()
	b := newBot(t, unreachable(t))
	b.receive(t, strings.Replace(groupMessage("/login"), `"text":`, `"message_thread_id": 77, "is_topic_message": true, "text":`, 1))
	b.receive(t, strings.Replace(groupMessage("/login"), `"text":`, `"message_thread_id": 78, "text":`, 1)) // A reply, and no topic.
	if n := b.count(t, "river_job WHERE args->>'thread_id' = '77'"); n != 1 {
		t.Errorf("%d answers for topic 77", n)
	}
	if n := b.count(t, "river_job WHERE args ? 'thread_id'"); n != 1 {
		t.Errorf("%d answers for a topic, want one", n)
	}
}
