package telegramsim

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// answerPatience is how long a form waits for the bot, so that its answer is on the next page without
// JavaScript. A bot that answers later costs a reload.
const answerPatience = 3 * time.Second

// chatForm is what every form of the chat page carries.
type chatForm struct {
	where
	msgID, buttonID int
}

func readChatForm(r *http.Request) chatForm {
	return chatForm{
		where:    readWhere(r.PostFormValue),
		msgID:    number(r.PostFormValue("msg_id")),
		buttonID: number(r.PostFormValue("button_id")),
	}
}

// back leads to the chat. The form has been accepted before, so the bot and the person exist.
func (f chatForm) back(w http.ResponseWriter, r *http.Request, pairs ...string) {
	http.Redirect(w, r, f.address(pairs...), http.StatusSeeOther)
}

func (s *Sim) sendFromPage(w http.ResponseWriter, r *http.Request) {
	f := readChatForm(r)
	m, fail := s.send(f.where, r.PostFormValue("message"))
	if fail != nil {
		refuse(w, fail)
		return
	}
	s.awaitAnswer(r.Context(), f.where, m.id)
	f.back(w, r)
}

// awaitAnswer gives the bot time to write after the message, if anybody listens at all.
func (s *Sim) awaitAnswer(ctx context.Context, in where, after int) {
	s.mu.Lock()
	p, fail := s.enter(in)
	listening := slices.ContainsFunc(p.bots, func(b *bot) bool { return b.updates.fetched || b.webhook != nil })
	s.mu.Unlock()
	if fail == nil && listening {
		s.wait(ctx, p.chat, answerPatience, func() bool { return p.chat.answeredAfter(after) })
	}
}

func (s *Sim) blockFromPage(w http.ResponseWriter, r *http.Request) {
	f := readChatForm(r)
	fail := s.setBlocked(f.As, f.Peer, r.PostFormValue("block") != "")
	if fail != nil {
		refuse(w, fail)
		return
	}
	f.back(w, r)
}

// pressFromPage is a press on a key: what happens depends on its kind and, for a login, on Telegram.
func (s *Sim) pressFromPage(w http.ResponseWriter, r *http.Request) {
	f := readChatForm(r)
	s.mu.Lock()
	p, fail := s.press(f.where, f.msgID, f.buttonID)
	s.mu.Unlock()
	switch {
	case fail != nil:
		refuse(w, fail)
	case p.button.login != nil:
		s.pressLogin(w, r, f, p)
	case p.button.data != "":
		s.pressAndWait(w, r, f)
	default:
		s.openLink(w, r, f.As, p.button.url)
	}
}

func (s *Sim) pressLogin(w http.ResponseWriter, r *http.Request, f chatForm, p pressed) {
	result, fail := s.requestURLAuth(f.call())
	switch {
	case fail != nil:
		refuse(w, fail)
	case result.Type == resultRequest:
		f.back(w, r, "msg_id", strconv.Itoa(f.msgID), "button_id", strconv.Itoa(f.buttonID))
	default:
		s.openResult(w, r, p, result)
	}
}

func (f chatForm) call() urlAuthCall {
	return urlAuthCall{clientBase: clientBase{where: f.where}, MsgID: f.msgID, ButtonID: f.buttonID}
}

func (s *Sim) pressAndWait(w http.ResponseWriter, r *http.Request, f chatForm) {
	id, b, fail := s.pressCallback(f.where, f.msgID, f.buttonID)
	if fail != nil {
		refuse(w, fail)
		return
	}
	notice, _ := s.awaitCallback(r.Context(), b, id)
	f.back(w, r, "notice", notice)
}

// answerDialog is what the person chose. The ways out are those of real clients: log in; open the address
// without logging in, by the first tick or by refusing (desktop); or close, and nothing opens (Android).
func (s *Sim) answerDialog(w http.ResponseWriter, r *http.Request) {
	f := readChatForm(r)
	call := f.call()
	s.mu.Lock()
	p, fail := s.pressLoginButton(call)
	s.mu.Unlock()
	if fail != nil {
		refuse(w, fail)
		return
	}
	choice := r.PostFormValue("choice")
	switch {
	case choice == "accept" && r.PostFormValue("login") != "":
		call.WriteAllowed = r.PostFormValue("write") != ""
		result, fail := s.acceptURLAuth(call)
		if fail != nil {
			refuse(w, fail)
			return
		}
		s.openResult(w, r, p, result)
	case choice == "accept" || choice == "refuse":
		s.openLink(w, r, f.As, p.button.address())
	case choice == "decline":
		f.back(w, r)
	default:
		refuse(w, rpcFail(400, "CHOICE_INVALID"))
	}
}

// openResult opens the signed address, or the plain one if Telegram gave none.
func (s *Sim) openResult(w http.ResponseWriter, r *http.Request, p pressed, result urlAuthResult) {
	link := result.URL
	if link == "" {
		link = p.button.address()
	}
	s.openLink(w, r, p.As, link)
}
