package telegramsim_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"example.com/telegram-login/internal/telegramsim"
)

// protocolStep is a step as scripts read it.
type protocolStep struct {
	Number           int
	From, To, Method string
	Fields, Result   json.RawMessage
	Link             *struct {
		Address, Hash string
		CheckString   string `json:"data_check_string"`
		Computed      string `json:"computed_hash"`
		Parameters    []struct{ Name, Value, Kind string }
	}
}

func (s *stand) protocol() []protocolStep {
	s.t.Helper()
	a := s.do("GET", fmt.Sprintf("/control/protocol?as=%d", anna), nil)
	var steps struct{ Steps []protocolStep }
	if err := json.Unmarshal([]byte(a.body), &steps); err != nil || a.status != http.StatusOK {
		s.t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	return steps.Steps
}

func methodsOf(steps []protocolStep) []string {
	var methods []string
	for _, st := range steps {
		methods = append(methods, st.From+" → "+st.To+": "+st.Method)
	}
	return methods
}

func TestProtocol_showsEachStepOfALogin(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.client("messages.sendMessage", object{"message": "/start abc"})
	s.mustBot("sendMessage", object{"chat_id": anna, "text": "Welcome", "reply_markup": loginKeyboard(site+"?state=abc", true)})
	s.client("messages.requestUrlAuth", object{"msg_id": 2, "button_id": 1})
	s.client("messages.acceptUrlAuth", object{"msg_id": 2, "button_id": 1, "write_allowed": true})
	s.client("contacts.block", object{"id": peer})
	s.bot("sendMessage", object{"chat_id": anna, "text": "too late"})

	steps := s.protocol()

	want := []string{
		"Telegram client → Telegram: messages.sendMessage",
		"Telegram → Bot: update, fetched with getUpdates",
		"Bot → Telegram: sendMessage",
		"Telegram client → Telegram: messages.requestUrlAuth",
		"Telegram → Bot: update, fetched with getUpdates",
		"Telegram client → Telegram: messages.acceptUrlAuth",
		"Telegram client → Telegram: contacts.block",
		"Telegram → Bot: update, fetched with getUpdates",
		"Bot → Telegram: sendMessage",
	}
	if got := methodsOf(steps); !slices.Equal(got, want) {
		t.Fatalf("steps\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for i, part := range map[int]string{
		0: `/start abc`, 1: `"update_id"`, 2: `"login_url"`, 3: `"urlAuthResultRequest"`, 4: `"connected_website":"localhost"`,
		5: `"write_allowed":true`, 6: peer, 7: `"kicked"`, 8: `bot was blocked by the user`,
	} {
		if text := string(steps[i].Fields) + string(steps[i].Result); !strings.Contains(text, part) {
			t.Errorf("step %d has no %s: %s", i+1, part, text)
		}
	}
	if steps[0].Number != 1 || steps[8].Number != 9 {
		t.Errorf("numbered %d to %d", steps[0].Number, steps[8].Number)
	}
}

// The panel teaches: what it says has to be what a website computes.
func TestProtocol_takesTheSignedLinkApart(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offer(anna, site+"?state=a%20b&next=/x", true)
	s.client("messages.acceptUrlAuth", object{"msg_id": msgID, "button_id": 1})
	steps := s.protocol()
	link := steps[len(steps)-1].Link
	if link == nil {
		t.Fatalf("no link in the last of %v", methodsOf(steps))
	}
	secret := sha256.Sum256([]byte(token))
	mac := hmac.New(sha256.New, secret[:])
	mac.Write([]byte(link.CheckString))
	if want := hex.EncodeToString(mac.Sum(nil)); link.Hash != want || link.Computed != want || !strings.Contains(link.Address, "hash="+want) {
		t.Errorf("hash %s, computed %s, want %s", link.Hash, link.Computed, want)
	}
	if !strings.HasPrefix(link.CheckString, "auth_date=1700000000\nfirst_name=Anna\n") {
		t.Errorf("check string %q", link.CheckString)
	}
	kinds := make(map[string]string)
	for _, p := range link.Parameters {
		kinds[p.Name] = p.Kind + " " + p.Value
	}
	if kinds["state"] != "own a b" || kinds["next"] != "own /x" || kinds["first_name"] != "signed Anna" || kinds["hash"] != "hash "+link.Hash {
		t.Errorf("parameters %v", kinds)
	}
	page := s.do("GET", "/"+peer+"?as=700100001", nil).body
	if !strings.Contains(page, link.Computed) || !strings.Contains(page, "Telegram signed exactly this") {
		t.Error("the page does not show it")
	}
}

func TestProtocol_saysWhenALinkProvesNothing(t *testing.T) {
	t.Parallel()
	for _, faults := range []telegramsim.Faults{{TamperedField: true}, {WrongToken: true}} {
		s := start(t, config())
		s.setFaults(faults)
		msgID := s.offer(anna, site, true)
		s.client("messages.acceptUrlAuth", object{"msg_id": msgID, "button_id": 1})
		if page := s.do("GET", "/"+peer+"?as=700100001", nil).body; !strings.Contains(page, "a website has to refuse it") {
			t.Errorf("%+v: the page says nothing", faults)
		}
	}
}

func TestProtocol_ofOnePersonIsShownToNobodyElseAndHoldsNoSecret(t *testing.T) {
	t.Parallel()
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(hook.Close)
	s := start(t, config())
	s.mustBot("setWebhook", object{"url": hook.URL, "secret_token": "canary_secret"})
	msgID := s.offer(anna, site, true)
	s.client("messages.acceptUrlAuth", object{"msg_id": msgID, "button_id": 1, "write_allowed": true})
	s.client("messages.sendMessage", object{"message": "canary-of-anna"})
	for {
		if steps := methodsOf(s.protocol()); slices.Contains(steps, "Telegram → Bot: POST "+hook.URL) {
			break
		}
	}
	for _, path := range []string{"/" + peer + "?as=700100001", "/control/protocol?as=700100001", "/control", "/group?as=700100001"} {
		body := s.do("GET", path, nil).body
		if strings.Contains(body, token) || strings.Contains(body, strings.SplitN(token, ":", 2)[1]) || strings.Contains(body, "canary_secret") {
			t.Errorf("%s shows a secret", path)
		}
	}
	for _, path := range []string{"/" + peer + "?as=700100002", "/control/protocol?as=700100002", "/group?as=700100002"} {
		if strings.Contains(s.do("GET", path, nil).body, "canary-of-anna") {
			t.Errorf("%s shows what somebody else did", path)
		}
	}
	if a := s.do("GET", "/control/protocol?as=1", nil); a.status != http.StatusNotFound {
		t.Errorf("of nobody: %d", a.status)
	}
}

func TestProtocol_remembersTheNewestTwoHundredSteps(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	for range 130 { // Each is a call and an update.
		s.client("messages.sendMessage", object{"message": "hi"})
	}
	steps := s.protocol()
	if len(steps) != 200 || steps[0].Number != 61 || steps[199].Number != 260 {
		t.Errorf("%d steps, from %d to %d", len(steps), steps[0].Number, steps[len(steps)-1].Number)
	}
}

func TestProtocol_escapesWhatPeopleAndBotsWrite(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	const hostile = `</pre><script>alert(1)</script>`
	s.client("messages.sendMessage", object{"message": hostile})
	s.mustBot("sendMessage", object{"chat_id": anna, "text": hostile})
	if page := s.do("GET", "/"+peer+"?as=700100001", nil).body; strings.Contains(page, "<script>alert") {
		t.Error("a message became a part of the page")
	}
}
