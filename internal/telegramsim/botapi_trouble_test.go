package telegramsim_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

// try sends a message to Anna and says what came back: a status, or that the answer was cut off.
func (s *stand) try(text string) string {
	s.t.Helper()
	body := fmt.Sprintf(`{"chat_id":%d,"text":%q}`, anna, text)
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/bot"+token+"/sendMessage", strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := s.http.Do(r)
	if err != nil {
		return "no answer"
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "cut off"
	case err != nil:
		s.t.Fatal(err)
	case response.StatusCode == http.StatusTooManyRequests:
		return "429:" + response.Header.Get("Retry-After")
	case !json.Valid(answer):
		return response.Header.Get("Content-Type")
	}
	return strconv.Itoa(response.StatusCode)
}

// received is what the bot wrote to Anna, oldest first.
func (s *stand) received() string {
	s.t.Helper()
	var list []string
	for _, m := range s.client("messages.getHistory", object{})["messages"].([]any) {
		if m := m.(object); m["out"] != true {
			list = append([]string{m["message"].(string)}, list...)
		}
	}
	return strings.Join(list, " ")
}

func TestAPIHTML_answersWithAPageAndCarriesNothingOut(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.write("hello")
	s.setFaults(telegramsim.Faults{APIHTML: true})
	a := s.do("GET", "/bot"+token+"/getMe", nil)
	if a.status != 502 || a.header.Get("Content-Type") != "text/html" || !strings.HasPrefix(a.body, "<html>") {
		t.Errorf("getMe: %d %v %s", a.status, a.header, a.body)
	}
	if got := s.try("one"); got != "text/html" || s.received() != "" {
		t.Errorf("sendMessage: %s, and %q arrived", got, s.received())
	}
}

func TestAPICutOff_carriesOutAndCutsTheAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.write("hello")
	s.setFaults(telegramsim.Faults{APICutOff: true})
	if got := s.try("one"); got != "cut off" || s.received() != "one" {
		t.Errorf("sendMessage: %s, and %q arrived", got, s.received())
	}
	response, err := s.http.Get(s.url + "/bot" + token + "/getMe")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	half, err := io.ReadAll(response.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(string(half), `{"ok":true`) || json.Valid(half) {
		t.Errorf("getMe: %q %v", half, err)
	}
}

func TestAPIMix_hitsTheMessagesInTurn(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.write("hello")
	s.setFaults(telegramsim.Faults{APIMix: []string{"", "502", "cut_off", "html", "slow:1"}})
	var got []string
	for text := range strings.FieldsSeq("a b c d e f g") {
		got = append(got, s.try(text))
		s.mustBot("getMe", nil) // other methods are left alone and take no entry
		s.updates(object{})
	}
	want := "200 502 cut off text/html 200 200 502"
	if strings.Join(got, " ") != want || s.received() != "a c e f" {
		t.Errorf("got %q, and %q arrived", got, s.received())
	}
	s.setFaults(telegramsim.Faults{APIMix: []string{"502", ""}})
	if got := s.try("h"); got != "502" {
		t.Errorf("new faults begin with their first entry, got %s", got)
	}
}

// The time is a lower bound, which holds on a busy machine too.
func TestAPIMix_slowCallsAreCarriedOutLate(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.write("hello")
	s.setFaults(telegramsim.Faults{APIMix: []string{"slow:50"}})
	begun := time.Now()
	if got := s.try("one"); got != "200" || time.Since(begun) < 50*time.Millisecond {
		t.Errorf("%s after %v", got, time.Since(begun))
	}
}

func TestAPIMix_timeoutIsCarriedOutAndNotAnswered(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.write("hello")
	s.setFaults(telegramsim.Faults{APIMix: []string{"timeout"}})
	ctx, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	ended := make(chan error, 1)
	go func() {
		address := fmt.Sprintf("%s/bot%s/sendMessage?chat_id=%d&text=one", s.url, token, anna)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			ended <- err
			return
		}
		response, err := s.http.Do(r)
		if err == nil {
			err = response.Body.Close()
		}
		ended <- err
	}()
	s.client("messages.getHistory", object{"min_id": 1, "wait": 20})
	if got := s.received(); got != "one" {
		t.Errorf("%q arrived", got)
	}
	s.dawdle()
	select {
	case err := <-ended:
		t.Errorf("the call was answered: %v", err)
	default:
	}
	giveUp()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the call ended with %v", err)
	}
}

func TestAPIMix_beginsAFloodWaitOfThisBot(t *testing.T) {
	t.Parallel()
	var c clock
	cfg := config()
	cfg.Now = c.now
	other := telegramsim.Bot{Token: "42:other", Username: "other_bot", Name: "Other"}
	cfg.Bots = append(cfg.Bots, other)
	s := start(t, cfg)
	s.write("hello")
	s.setFaults(telegramsim.Faults{APIMix: []string{"429:3", "", "502", "429:60", ""}})
	expect := func(want string) {
		t.Helper()
		if got := s.try("text"); got != want {
			t.Errorf("after %v: got %s, want %s", time.Duration(c.offset.Load()), got, want)
		}
	}
	expect("429:3")
	expect("429:3")
	s.mustBot("getMe", nil)
	c.advance(1500 * time.Millisecond)
	expect("429:2") // what is left, rounded up
	c.advance(1499 * time.Millisecond)
	expect("429:1")
	c.advance(time.Millisecond)
	expect("200") // the wait is over, and the refused calls took no entry
	expect("502")
	expect("429:60")
	if a := s.do("GET", "/bot42:other/sendMessage?text=a&chat_id=700100001", nil); a.status != 403 {
		t.Errorf("the other bot: %d %s", a.status, a.body)
	}
	s.setFaults(telegramsim.Faults{APIMix: []string{""}})
	expect("429:60") // other faults do not end it
	s.do("DELETE", "/control/faults", nil)
	expect("200")
}

func TestAPILimits_refuseWhatIsTooFast(t *testing.T) {
	t.Parallel()
	var c clock
	cfg := config()
	cfg.Now = c.now
	cfg.People = nil
	for id := range int64(40) {
		cfg.People = append(cfg.People, telegramsim.Person{ID: 1 + id, FirstName: "One of many"})
	}
	s := start(t, cfg)
	send := func(to int64) int {
		status, _ := s.bot("sendMessage", object{"chat_id": to, "text": "hi"})
		return status
	}
	for _, p := range cfg.People {
		s.client("messages.sendMessage", object{"as": p.ID, "message": "hello"})
	}
	if first, again := send(1), send(1); first != 200 || again != 200 {
		t.Errorf("switched off: %d %d", first, again)
	}
	c.advance(time.Second)
	s.setFaults(telegramsim.Faults{APILimits: true})
	if first, again := send(1), send(1); first != 200 || again != 429 {
		t.Errorf("twice to one chat: %d %d", first, again)
	}
	c.advance(999 * time.Millisecond)
	if again := send(1); again != 429 {
		t.Errorf("to the same chat just before the second is over: %d", again)
	}
	c.advance(time.Millisecond)
	if again := send(1); again != 200 { // the refused ones do not count
		t.Errorf("to the same chat after a second: %d", again)
	}
	for to := int64(2); to <= 30; to++ {
		if status := send(to); status != 200 {
			t.Errorf("message %d of the second: %d", to, status)
		}
	}
	if status, body := s.bot("sendMessage", object{"chat_id": 31, "text": "hi"}); status != 429 ||
		body["parameters"].(object)["retry_after"] != 1.0 {
		t.Errorf("message 31 of the second: %d %v", status, body)
	}
	c.advance(time.Second)
	if status := send(31); status != 200 {
		t.Errorf("a second later: %d", status)
	}
}
