package telegramsim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

const (
	anna  = 700100001
	boris = 700100002
	token = telegramsim.DefaultToken
	peer  = telegramsim.DefaultUsername
	site  = "http://localhost:8080/login/telegram"
)

var noon = time.Unix(1_700_000_000, 0)

// stand is a running stand-in and what a test does with it.
type stand struct {
	t    *testing.T
	url  string
	http *http.Client // does not follow redirects
	stop func()       // waits for the requests in flight
}

func config() telegramsim.Config {
	return telegramsim.Config{
		Bots:      []telegramsim.Bot{{Token: token, Username: peer, Name: telegramsim.DefaultName, Domain: "localhost"}},
		PublicURL: "http://localhost:8081",
		Now:       func() time.Time { return noon },
		Log:       slog.New(slog.DiscardHandler),
	}
}

func start(t *testing.T, cfg telegramsim.Config) *stand {
	t.Helper()
	sim, err := telegramsim.New(cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(sim.Close)
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &stand{t: t, url: server.URL, http: client, stop: server.Close}
}

// answer is a response with its body read.
type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request. The body is a form if it is url.Values, else JSON, else nothing.
func (s *stand) do(method, path string, body any) answer {
	s.t.Helper()
	var reader io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case url.Values:
		reader, kind = strings.NewReader(b.Encode()), "application/x-www-form-urlencoded"
	case string:
		reader, kind = strings.NewReader(b), "application/json"
	default:
		text, err := json.Marshal(b)
		if err != nil {
			s.t.Fatal(err)
		}
		reader, kind = bytes.NewReader(text), "application/json"
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, reader)
	if err != nil {
		s.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return s.send(r)
}

func (s *stand) send(r *http.Request) answer {
	s.t.Helper()
	response, err := s.http.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{status: response.StatusCode, header: response.Header, body: string(text)}
}

// object is decoded JSON.
type object = map[string]any

func (s *stand) decode(a answer, into any) {
	s.t.Helper()
	err := json.Unmarshal([]byte(a.body), into)
	if err != nil {
		s.t.Fatalf("decoding %q: %v", a.body, err)
	}
}

// bot calls the Bot API and returns status and body.
func (s *stand) bot(method string, parameters object) (int, object) {
	s.t.Helper()
	a := s.do("POST", "/bot"+token+"/"+method, parameters)
	var body object
	s.decode(a, &body)
	return a.status, body
}

// mustBot is a Bot API call that has to work; it returns the result.
func (s *stand) mustBot(method string, parameters object) any {
	s.t.Helper()
	status, body := s.bot(method, parameters)
	if status != http.StatusOK || body["ok"] != true {
		s.t.Fatalf("%s: %d %v", method, status, body)
	}
	return body["result"]
}

// client makes a client call.
func (s *stand) client(method string, fields object) object {
	s.t.Helper()
	if _, ok := fields["as"]; !ok {
		fields["as"] = anna
	}
	if _, ok := fields["id"]; !ok {
		fields["peer"] = peer
	}
	var body object
	s.decode(s.do("POST", "/client/"+method, fields), &body)
	return body
}

func loginKeyboard(link string, write bool) object {
	login := object{"url": link}
	if write {
		login["request_write_access"] = true
	}
	return object{"inline_keyboard": [][]object{{{"text": "Log in", "login_url": login}}}}
}

// offer has the person write to the bot and the bot answer with a login button; it returns the message's id.
func (s *stand) offer(as int64, link string, write bool) int {
	s.t.Helper()
	s.client("messages.sendMessage", object{"as": as, "message": "/start"})
	sent := s.mustBot("sendMessage", object{"chat_id": as, "text": "Welcome", "reply_markup": loginKeyboard(link, write)})
	return int(sent.(object)["message_id"].(float64))
}

func (s *stand) accept(as int64, msgID int, write bool) object {
	s.t.Helper()
	return s.client("messages.acceptUrlAuth", object{"as": as, "msg_id": msgID, "button_id": 1, "write_allowed": write})
}

// updates fetches what waits for the bot, from an offset on.
func (s *stand) updates(parameters object) []object {
	s.t.Helper()
	var list []object
	for _, u := range s.mustBot("getUpdates", parameters).([]any) {
		list = append(list, u.(object))
	}
	return list
}

func (s *stand) setFaults(faults telegramsim.Faults) {
	s.t.Helper()
	a := s.do("PUT", "/control/faults", faults)
	if a.status != http.StatusOK {
		s.t.Fatalf("setting faults: %d %s", a.status, a.body)
	}
}

// signed returns the query of an accepted login.
func signed(t *testing.T, result object) url.Values {
	t.Helper()
	link, _ := result["url"].(string)
	u, err := url.Parse(link)
	if err != nil || result["_"] != "urlAuthResultAccepted" {
		t.Fatalf("no signed address: %v", result)
	}
	return u.Query()
}
