package telegramsim

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// chatPage is everything on the page of a chat or of the group.
type chatPage struct {
	Title    string
	Where    where
	Me       personView
	Places   []linkView // the chats that one can go to
	People   []personView
	Messages []messageView
	Version  int
	Changes  string // where to ask for news
	Faults   bool   // something goes wrong on purpose

	Start   bool   // the START button is offered
	Payload string // what it sends after /start
	Blocked bool
	// Deactivated is somebody who has left Telegram and can only look.
	Deactivated bool
	Notice      string     // the bot's answer to a pressed callback button
	Steps       []stepView // the protocol panel, newest first
	Dialog      *dialogView
}

type linkView struct {
	Text   string
	Link   string
	Chosen bool
}

type messageView struct {
	ID          int
	Mine        bool
	Author      string // only in the group
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
	payload := r.URL.Query().Get("start")
	if !startForm.MatchString(payload) {
		payload = ""
	}
	s.showPlace(w, r, where{Peer: r.PathValue("username")}, payload)
}

// showGroup is showChat for the group, in which nobody presses START.
func (s *Sim) showGroup(w http.ResponseWriter, r *http.Request) {
	s.showPlace(w, r, where{Group: true}, "")
}

func (s *Sim) showPlace(w http.ResponseWriter, r *http.Request, in where, payload string) {
	query := r.URL.Query()
	person, ok := s.whoIs(query.Get("as"))
	if !ok {
		http.Error(w, "There is no such person here.", http.StatusNotFound)
		return
	}
	page, fail := s.chatPage(person, in, payload)
	if fail != nil {
		http.Error(w, "There is no such bot here.", http.StatusNotFound)
		return
	}
	page.Notice = query.Get("notice")
	if query.Has("msg_id") {
		page.Dialog = s.dialog(page.Where, number(query.Get("msg_id")), number(query.Get("button_id")))
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

func (s *Sim) chatPage(person Person, in where, payload string) (chatPage, *rpcError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, fail := s.placeOf(person, in)
	if fail != nil {
		return chatPage{}, fail
	}
	page := chatPage{
		Title:   p.title(),
		Where:   p.where,
		Me:      viewPerson(p.person),
		Places:  s.placesOf(p),
		Version: p.chat.version,
		Changes: "/chat/changes?" + p.query().Encode(),
		Faults:  !s.faults.none(),
		// A link with a payload offers START again to somebody to whom the bot may write already.
		Start:       !p.chat.blocked && (!p.chat.mayWrite || payload != ""),
		Payload:     payload,
		Blocked:     p.chat.blocked,
		Deactivated: s.isDeactivated(p.person),
		Steps:       s.protocol(p.person.ID),
	}
	for _, other := range s.people {
		view := viewPerson(other)
		view.Chosen = other.ID == p.person.ID
		view.Link = where{As: other.ID, Peer: p.Peer, Group: p.Group}.address("start", payload)
		page.People = append(page.People, view)
	}
	for _, m := range p.chat.messages {
		page.Messages = append(page.Messages, p.view(m))
	}
	return page, nil
}

func (p place) title() string {
	if p.Group {
		return p.object.Title
	}
	return p.bots[0].Name
}

// placesOf lists the chats of the same person.
func (s *Sim) placesOf(here place) []linkView {
	var links []linkView
	for _, b := range s.bots {
		there := where{As: here.As, Peer: b.Username}
		links = append(links, linkView{Text: "Chat with " + b.Name, Link: there.address(), Chosen: there == here.where})
	}
	there := where{As: here.As, Group: true}
	return append(links, linkView{Text: "Group", Link: there.address(), Chosen: here.Group})
}

func (p place) view(m message) messageView {
	v := messageView{
		ID: m.id, Mine: m.from.ID == p.person.ID, Text: m.shownText(), ConnectedTo: m.connectedTo,
		Time: m.at.UTC().Format(time.RFC3339),
	}
	if p.Group {
		v.Author = shownName(m.from.FirstName, m.from.LastName)
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
func (s *Sim) dialog(in where, msgID, buttonID int) *dialogView {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, fail := s.press(in, msgID, buttonID)
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

// shownText is what a client shows of a message: the start parameter of a link goes to the bot only.
func (m message) shownText() string {
	if m.fromPerson && strings.HasPrefix(m.text, "/start ") {
		return "/start"
	}
	return m.text
}
