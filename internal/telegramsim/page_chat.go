package telegramsim

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// chatPage is everything on the page of a chat.
type chatPage struct {
	Title    string
	Bot      Bot
	Me       personView
	People   []personView
	Messages []messageView
	Version  int
	Faults   bool // something goes wrong on purpose

	Start   bool   // the START button is offered
	Payload string // what it sends after /start
	Blocked bool
	Notice  string // the bot's answer to a pressed callback button
	Dialog  *dialogView
}

type messageView struct {
	ID          int
	FromPerson  bool
	Text        string
	ConnectedTo string
	Time        string
	Keyboard    [][]buttonView
}

type buttonView struct {
	ID      int
	Text    string
	Outward bool // leads to a website
}

type dialogView struct {
	MsgID, ButtonID int
	Domain          string
	Bot             string
	AskToWrite      bool
}

// startForm is what a start parameter may hold. Clients ignore others, and open the chat without one.
var startForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (s *Sim) showFirstBot(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/"+s.bots[0].Username, http.StatusSeeOther)
}

// showChat opens the chat as https://t.me/<username>?start=<payload> does, being the person in the
// parameter as. With msg_id and button_id the dialog of that login button lies over the chat.
func (s *Sim) showChat(w http.ResponseWriter, r *http.Request) {
	b := s.botNamed(r.PathValue("username"))
	if b == nil {
		http.Error(w, "There is no such bot here.", http.StatusNotFound)
		return
	}
	query := r.URL.Query()
	person, ok := s.whoIs(query.Get("as"))
	if !ok {
		http.Error(w, "There is no such person here.", http.StatusNotFound)
		return
	}
	payload := query.Get("start")
	if !startForm.MatchString(payload) {
		payload = ""
	}
	page := s.chatPage(b, person, payload)
	page.Notice = query.Get("notice")
	if query.Has("msg_id") {
		page.Dialog = s.dialog(b, person, number(query.Get("msg_id")), number(query.Get("button_id")))
	}
	s.render(w, "chat.html", page)
}

// whoIs reads the parameter as; without one it is the first person.
func (s *Sim) whoIs(raw string) (Person, bool) {
	if raw == "" {
		return s.people[0], true
	}
	id, err := strconv.ParseInt(raw, 10, 64)
	if err != nil {
		return Person{}, false
	}
	return s.person(id)
}

// number reads a number of a form or an address. Whatever is unreadable becomes 0, which names nothing.
func number(raw string) int {
	n, err := strconv.Atoi(raw)
	if err != nil {
		return 0
	}
	return n
}

func (s *Sim) chatPage(b *bot, person Person, payload string) chatPage {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := b.chatWith(person)
	page := chatPage{
		Title:   b.Name,
		Bot:     b.Bot,
		Me:      viewPerson(person),
		Version: c.version,
		Faults:  s.faults != Faults{},
		// A link with a payload offers START again in a chat that has messages.
		Start:   !c.blocked && (len(c.messages) == 0 || payload != ""),
		Payload: payload,
		Blocked: c.blocked,
	}
	for _, p := range s.people {
		view := viewPerson(p)
		view.Chosen = p.ID == person.ID
		view.Link = chatAddress(b.Username, view.ID, "start", payload)
		page.People = append(page.People, view)
	}
	for _, m := range c.messages {
		page.Messages = append(page.Messages, m.view())
	}
	return page
}

func (m message) view() messageView {
	v := messageView{
		ID: m.id, FromPerson: m.fromPerson, Text: m.shownText(), ConnectedTo: m.connectedTo,
		Time: m.at.UTC().Format(time.RFC3339),
	}
	for _, row := range m.keyboard {
		var keys []buttonView
		for _, key := range row {
			keys = append(keys, buttonView{ID: key.id, Text: key.text, Outward: key.data == ""})
		}
		v.Keyboard = append(v.Keyboard, keys)
	}
	return v
}

// dialog is nil for a button that is not there or does not log in.
func (s *Sim) dialog(b *bot, person Person, msgID, buttonID int) *dialogView {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, fail := s.press(person.ID, b.Username, msgID, buttonID)
	if fail != nil || p.button.login == nil {
		return nil
	}
	return &dialogView{
		MsgID:      msgID,
		ButtonID:   buttonID,
		Domain:     hostOf(p.button.login.url),
		Bot:        p.button.login.signer.Name,
		AskToWrite: p.button.login.requestWriteAccess,
	}
}

// chatAddress is the address of a chat on this host, with pairs of further parameters; empty ones are left out.
func chatAddress(username, as string, pairs ...string) string {
	query := url.Values{"as": {as}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	return "/" + username + "?" + query.Encode()
}

// shownText is what a client shows of a message: the start parameter of a link goes to the bot only.
func (m message) shownText() string {
	if m.fromPerson && strings.HasPrefix(m.text, "/start ") {
		return "/start"
	}
	return m.text
}
