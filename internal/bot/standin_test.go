package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

// anna is one of the stand-in's people.
const anna = 700100001

// standIn is Telegram, as one bot reaches it.
type standIn struct {
	signal
	url     string
	handler http.Handler
	asked   []string // Methods of the Bot API, in the order in which they were called.
	ended   int      // getUpdates calls that are over.
}

// newStandIn starts a Telegram that knows the bot.
func newStandIn(t *testing.T) *standIn {
	t.Helper()
	sim, err := telegramsim.New(telegramsim.Config{
		Bots:      []telegramsim.Bot{{Token: token, Username: username, Name: "Tests", Domain: "localhost"}},
		PublicURL: "http://localhost",
		Now:       func() time.Time { return noon },
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	return serveStandIn(t, sim.Handler())
}

// anotherWay is the same Telegram under another address, to tell what one bot
// does from what another one does.
func (s *standIn) anotherWay(t *testing.T) *standIn {
	t.Helper()
	return serveStandIn(t, s.handler)
}

func serveStandIn(t *testing.T, handler http.Handler) *standIn {
	t.Helper()
	s := &standIn{signal: newSignal(), handler: handler}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/bot"+token+"/") {
			handler.ServeHTTP(w, r)
			return
		}
		method := path.Base(r.URL.Path)
		s.change(func() { s.asked = append(s.asked, method) })
		handler.ServeHTTP(w, r)
		if method == "getUpdates" {
			s.change(func() { s.ended++ })
		}
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// awaitPolls waits until the bot has asked for updates so many times.
func (s *standIn) awaitPolls(t *testing.T, times int) {
	t.Helper()
	s.await(t, "the bot to poll", func() bool { return s.count("getUpdates") >= times })
}

// calls returns how often a method of the Bot API was called.
func (s *standIn) calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count(method)
}

func (s *standIn) count(method string) int {
	n := 0
	for _, name := range s.asked {
		if name == method {
			n++
		}
	}
	return n
}

// say writes to the bot as Anna, and returns the id of the message.
func (s *standIn) say(t *testing.T, text string) int {
	t.Helper()
	var sent struct {
		ID int `json:"id"`
	}
	s.client(t, "messages.sendMessage", map[string]any{"as": anna, "peer": username, "message": text}, &sent)
	return sent.ID
}

// answer is a message of the bot, and its button if it has one.
type answer struct {
	ID     int
	Text   string
	Button struct {
		Type string `json:"_"`
		URL  string `json:"url"`
		ID   int    `json:"button_id"`
	}
}

// answersAfter waits until the bot has written after a message of Anna's, and
// returns all that it wrote since, the newest first.
func (s *standIn) answersAfter(t *testing.T, id int) []answer {
	t.Helper()
	var history struct {
		Messages []struct {
			Out     bool   `json:"out"`
			ID      int    `json:"id"`
			Message string `json:"message"`
			Markup  struct {
				Rows []struct {
					Buttons []json.RawMessage `json:"buttons"`
				} `json:"rows"`
			} `json:"reply_markup"`
		} `json:"messages"`
	}
	s.client(t, "messages.getHistory",
		map[string]any{"as": anna, "peer": username, "min_id": id, "wait": int(deadline.Seconds())}, &history)
	var answers []answer
	for _, m := range history.Messages {
		if m.Out {
			continue
		}
		a := answer{ID: m.ID, Text: m.Message}
		if len(m.Markup.Rows) == 1 && len(m.Markup.Rows[0].Buttons) == 1 {
			if err := json.Unmarshal(m.Markup.Rows[0].Buttons[0], &a.Button); err != nil {
				t.Fatal(err)
			}
		}
		answers = append(answers, a)
	}
	if len(answers) == 0 {
		t.Fatalf("the bot did not answer to message %d", id)
	}
	return answers
}

// client calls Telegram as a person's app does.
func (s *standIn) client(t *testing.T, method string, in, out any) {
	t.Helper()
	s.post(t, "/client/"+method, in, out)
}

// owner calls the Bot API as the bot's owner might, from elsewhere. The bot's
// own calls are counted, these are not.
func (s *standIn) owner(t *testing.T, method string, in, out any) {
	t.Helper()
	s.anotherWay(t).post(t, "/bot"+token+"/"+method, in, out)
}

func (s *standIn) post(t *testing.T, path string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	// Longer than the stand-in waits for an answer of the bot.
	ctx, cancel := context.WithTimeout(t.Context(), 2*deadline)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s", path, resp.StatusCode, text)
	}
	if err := json.Unmarshal(text, out); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
