package telegramsim

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxSteps is how many steps of one person are remembered: far more than a login takes.
const maxSteps = 200

// Who takes part in the protocol.
const (
	theClient   = "Telegram client"
	theTelegram = "Telegram"
	theBot      = "Bot"
)

// step is one thing that happened on behalf of a person, as the protocol panel shows it. What is in it was
// copied when it happened, by discretion: it holds no bot token, no secret of a webhook, no password, and no more than
// a page can show.
type step struct {
	Number int         `json:"number"` // counts from 1 for each person
	At     time.Time   `json:"at"`
	From   string      `json:"from"`
	To     string      `json:"to"`
	Method string      `json:"method"`
	Fields any         `json:"fields,omitempty"`
	Result any         `json:"result,omitempty"`
	Link   *signedLink `json:"link,omitempty"`
}

// signedLink is the address of a login taken apart, the way the website has to read it.
type signedLink struct {
	Address     string          `json:"address"`
	Parameters  []linkParameter `json:"parameters"`
	CheckString string          `json:"data_check_string"`
	Computed    string          `json:"computed_hash"` // over the check string, with the signing bot's token
	Hash        string          `json:"hash"`          // as it stands in the address
}

type linkParameter struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Kind  string `json:"kind"` // "signed", "hash", or "own": the button's own
}

// Matches reports whether the link proves anything. With some faults it does not.
func (l *signedLink) Matches() bool { return l.Computed == l.Hash }

// note remembers a step of a person, and tells the pages that show it. Every step comes by here, and loses its secrets
// here. The caller holds Sim.mu.
func (s *Sim) note(person int64, st step) {
	st = s.discreet().step(st)
	steps := s.steps[person]
	st.Number, st.At = 1, s.now()
	if len(steps) > 0 {
		st.Number = steps[len(steps)-1].Number + 1
	}
	steps = append(steps, st)
	s.steps[person] = steps[max(0, len(steps)-maxSteps):]
	for _, b := range s.bots {
		if c := b.chats[person]; c != nil {
			c.touch()
		}
	}
}

// tell queues an update for a bot, and notes it for the person who caused it. The caller holds Sim.mu.
func (s *Sim) tell(b *bot, u update) {
	queued, ok := b.updates.push(u, s.now())
	if !ok {
		return // The bot did not ask for this kind.
	}
	way := "update, fetched with getUpdates"
	if b.webhook != nil {
		way = "update, sent to the webhook"
	}
	s.note(u.personID(), step{From: theTelegram, To: theBot, Method: way, Fields: queued})
}

// noteDelivery notes how a webhook took an update. Of its address only the host is shown: the rest may be a secret too.
func (s *Sim) noteDelivery(hook *webhook, u update, refused *hookRefusal) {
	result := map[string]any{"confirmed": refused == nil}
	if refused != nil {
		result["reason"] = refused.reason
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(u.personID(), step{
		From: theTelegram, To: theBot, Method: "POST " + hook.origin(), Fields: map[string]any{"update_id": u.ID}, Result: result,
	})
}

// noteCall notes a call of the Bot API for the person whom it is about, if it is about one, or for everybody if
// it is about the group. setWebhook never is, whatever it names: its address may be a secret.
func (s *Sim) noteCall(call apiCall, result any, fail *apiError) {
	if call.bot == nil || call.params["chat_id"] == "" || call.method == "setwebhook" {
		return
	}
	st := step{From: theBot, To: theTelegram, Method: call.name, Fields: call.params.readable(), Result: result}
	if fail != nil {
		st.Result = fail.body()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.people {
		if call.params.isGroup() || call.params["chat_id"] == p.id() {
			s.note(p.ID, st)
		}
	}
}

// readable shows parameters that are JSON within a text as what they are.
func (p params) readable() map[string]any {
	shown := make(map[string]any, len(p))
	for name, value := range p {
		shown[name] = value
		if nested := json.RawMessage(value); strings.ContainsAny(value[:min(1, len(value))], "{[") && json.Valid(nested) {
			shown[name] = nested
		}
	}
	return shown
}

// takeApart reads a signed address as its receiver does, and signs what is to be signed once more.
func takeApart(address, token string) *signedLink {
	_, rawQuery, _ := strings.Cut(address, "?")
	rawQuery, _, _ = strings.Cut(rawQuery, "#")
	link := &signedLink{Address: address}
	var signed []field
	for pair := range strings.SplitSeq(rawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		p := linkParameter{Name: unescaped(name), Value: unescaped(value), Kind: "own"}
		switch {
		case p.Name == "hash":
			p.Kind, link.Hash = "hash", p.Value
		case slices.Contains(signedNames, p.Name):
			p.Kind = "signed"
			signed = append(signed, field{p.Name, p.Value})
		}
		link.Parameters = append(link.Parameters, p)
	}
	link.CheckString, link.Computed = checkString(signed), hash(signed, token)
	return link
}

// signedNames are the fields of the login data.
var signedNames = []string{"id", "first_name", "last_name", "username", "photo_url", "auth_date"}

func unescaped(text string) string {
	plain, err := url.QueryUnescape(text)
	if err != nil {
		return text
	}
	return plain
}

// readProtocol serves GET /control/protocol: the steps of a person, oldest first.
func (s *Sim) readProtocol(w http.ResponseWriter, r *http.Request) {
	person, ok := s.whoIs(r.URL.Query().Get("as"))
	if !ok {
		http.Error(w, "There is no such person here.", http.StatusNotFound)
		return
	}
	s.mu.Lock()
	steps := slices.Clone(s.steps[person.ID])
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"steps": append([]step{}, steps...)})
}

// stepView is a step as the page shows it.
type stepView struct {
	step
	Clock  string
	Fields string
	Result string
}

// protocol returns the steps of a person for the page, the newest first. The caller holds Sim.mu.
func (s *Sim) protocol(person int64) []stepView {
	var views []stepView
	for _, st := range slices.Backward(s.steps[person]) {
		views = append(views, stepView{
			step: st, Clock: st.At.UTC().Format("15:04:05"), Fields: indented(st.Fields), Result: indented(st.Result),
		})
	}
	return views
}

func indented(value any) string {
	raw, ok := value.(json.RawMessage)
	if !ok {
		return ""
	}
	var text bytes.Buffer
	if json.Indent(&text, raw, "", "  ") != nil {
		return string(raw)
	}
	return text.String()
}

// noteURLAuth notes one of the three calls about a login button. The caller holds Sim.mu.
func (s *Sim) noteURLAuth(method string, in urlAuthCall, p pressed, result urlAuthResult) {
	fields := map[string]any{"peer": cmp.Or(p.Peer, "the group"), "msg_id": in.MsgID, "button_id": in.ButtonID}
	if method == methodAcceptURLAuth {
		fields["write_allowed"] = in.WriteAllowed
	}
	st := step{From: theClient, To: theTelegram, Method: method, Fields: fields, Result: result}
	if result.Type == resultAccepted {
		st.Link = takeApart(result.URL, p.button.login.signer.Token)
	}
	s.note(p.person.ID, st)
}
