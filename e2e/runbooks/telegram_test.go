package runbooks_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os/exec"
	"testing"
)

const (
	botUsername = "runbook_login_bot"
	botID       = "7000000001"
)

// telegram is the stand-in for Telegram, which can begin anew with another token.
type telegram struct {
	port    string
	process *process
	log     journal
}

func newTelegram(t *testing.T, token string) *telegram {
	t.Helper()
	s := &telegram{port: freePort(t)}
	s.start(t, token)
	t.Cleanup(func() { s.process.kill() })
	return s
}

func (s *telegram) url() string { return "http://localhost:" + s.port }

func (s *telegram) start(t *testing.T, token string) {
	t.Helper()
	cmd := exec.Command(built(t, "telegram-sim"), "-listen", "127.0.0.1:"+s.port, "-public-url", s.url(),
		"-bot-username", botUsername, "-bot-token", token)
	out := s.log.of("telegram")
	cmd.Stdout, cmd.Stderr = out, out
	p, err := startProcess(cmd)
	if err != nil {
		t.Fatal(err)
	}
	s.process = p
	await(t, "Telegram", func() bool {
		if p.hasEnded() {
			t.Fatalf("the stand-in ended: %v\n%s", p.err, &s.log)
		}
		status, _ := get(t, http.DefaultClient, s.url()+"/livez")
		return status == http.StatusOK
	})
}

// revoke is what /revoke of @BotFather does: the bot has another token from now on,
// and the old one ends.
func (s *telegram) revoke(t *testing.T, token string) {
	t.Helper()
	s.process.kill() // Telegram's own way to end is not what this is about.
	s.start(t, token)
}

// call is something that a person does in their app, or a switch of the stand-in.
func (s *telegram) call(t *testing.T, method, path string, body, result any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.url()+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(result); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", path, resp.Status, err)
	}
}

// write lets a person write to the bot.
func (s *telegram) write(t *testing.T, person int64, text string) {
	t.Helper()
	s.call(t, http.MethodPost, "/client/messages.sendMessage",
		map[string]any{"as": person, "peer": botUsername, "message": text}, new(any))
}

// received returns how many messages the bot has written to a person.
func (s *telegram) received(t *testing.T, person int64) int {
	t.Helper()
	var history struct {
		Messages []struct {
			Out bool `json:"out"`
		} `json:"messages"`
	}
	s.call(t, http.MethodPost, "/client/messages.getHistory", map[string]any{"as": person, "peer": botUsername}, &history)
	n := 0
	for _, message := range history.Messages {
		if !message.Out {
			n++
		}
	}
	return n
}

// goWrong sets the faults of the stand-in, named as on its own page; none when empty.
func (s *telegram) goWrong(t *testing.T, faults map[string]any) {
	t.Helper()
	s.call(t, http.MethodPut, "/control/faults", faults, new(any))
}
