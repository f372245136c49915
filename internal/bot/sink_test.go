package bot_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"testing"
)

// messageSink is a Bot API that takes messages, and answers each as it is told:
// what the real one's stand-in does only by chance is put on the table here.
type messageSink struct {
	signal
	url  string
	sent []sentMessage
}

type sentMessage struct {
	chatID, text, markup, preview, parseMode string
}

// answering writes the answer to the n-th message, from 1.
type answering func(w http.ResponseWriter, n int)

func newMessageSink(t *testing.T, answers ...answering) *messageSink {
	t.Helper()
	sink := &messageSink{signal: newSignal()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path.Base(r.URL.Path) != "sendMessage" {
			http.NotFound(w, r)
			return
		}
		var call struct {
			ChatID    int64           `json:"chat_id"`
			Text      string          `json:"text"`
			Markup    json.RawMessage `json:"reply_markup"`
			Preview   json.RawMessage `json:"link_preview_options"`
			ParseMode string          `json:"parse_mode"`
		}
		if err := json.NewDecoder(r.Body).Decode(&call); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		m := sentMessage{
			strconv.FormatInt(call.ChatID, 10), call.Text, string(call.Markup), string(call.Preview), call.ParseMode,
		}
		n := 0
		sink.change(func() {
			sink.sent = append(sink.sent, m)
			n = len(sink.sent)
		})
		if len(answers) == 0 {
			accept(w, n)
			return
		}
		answers[min(n, len(answers))-1](w, n)
	}))
	t.Cleanup(server.Close)
	sink.url = server.URL
	return sink
}

func accept(w http.ResponseWriter, n int) {
	_, _ = fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d}}`, n)
}

// refuse answers with an error of the Bot API.
func refuse(code int, description string) answering {
	return func(w http.ResponseWriter, _ int) {
		w.WriteHeader(code)
		_, _ = fmt.Fprintf(w, `{"ok":false,"error_code":%d,"description":%q}`, code, description)
	}
}

func flood(seconds int) answering {
	return func(w http.ResponseWriter, _ int) {
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = fmt.Fprintf(w, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after %d","parameters":{"retry_after":%d}}`, seconds, seconds)
	}
}

func page(w http.ResponseWriter, _ int) {
	w.WriteHeader(http.StatusBadGateway)
	_, _ = fmt.Fprint(w, "<h1>Bad gateway</h1>")
}

func hangUp(http.ResponseWriter, int) { panic(http.ErrAbortHandler) }

// texts returns what was sent so far.
func (s *messageSink) texts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var texts []string
	for _, m := range s.sent {
		texts = append(texts, m.text)
	}
	return texts
}
