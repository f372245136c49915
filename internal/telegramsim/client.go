package telegramsim

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"
)

// The calls of a Telegram client as JSON, with the names of Telegram's TL schema and three fields of our
// own: "as", the id of the person who acts, "group" in place of "peer", and "wait" of getHistory.

// clientBase is in every call.
type clientBase struct {
	Type string `json:"_"` // the name of the method may be repeated here, as TL in JSON does
	where
}

// urlAuthCall holds the parameters of requestUrlAuth, acceptUrlAuth and declineUrlAuth.
type urlAuthCall struct {
	clientBase
	MsgID        int    `json:"msg_id"`
	ButtonID     int    `json:"button_id"`
	URL          string `json:"url"`
	WriteAllowed bool   `json:"write_allowed"`
}

type sendCall struct {
	clientBase
	Message string `json:"message"`
}

type historyCall struct {
	clientBase
	MinID int `json:"min_id"` // only messages after this one
	Wait  int `json:"wait"`   // seconds to wait for a bot to write after min_id, at most 30
}

type callbackCall struct {
	clientBase
	MsgID    int `json:"msg_id"`
	ButtonID int `json:"button_id"` // ours: TL sends the button's data
}

type blockCall struct {
	Type string `json:"_"`
	As   int64  `json:"as"`
	ID   string `json:"id"` // username of the bot
}

type deleteAccountCall struct {
	Type   string `json:"_"`
	As     int64  `json:"as"`
	Reason string `json:"reason"` // as in TL; nobody reads it
}

// clientCall serves POST /client/{method}.
func (s *Sim) clientCall(w http.ResponseWriter, r *http.Request) {
	result, fail := s.callClient(r)
	if fail != nil {
		writeJSON(w, fail.Code, fail)
		return
	}
	writeJSON(w, http.StatusOK, result)
}

func (s *Sim) callClient(r *http.Request) (any, *rpcError) {
	switch r.PathValue("method") {
	case methodRequestURLAuth:
		return decodeAnd(r, s.requestURLAuth)
	case methodAcceptURLAuth:
		return decodeAnd(r, s.acceptURLAuth)
	case methodDeclineURLAuth:
		return decodeAnd(r, func(in urlAuthCall) (any, *rpcError) { return tlTrue(), s.declineURLAuth(in) })
	case "messages.sendMessage":
		return decodeAnd(r, func(in sendCall) (any, *rpcError) {
			m, fail := s.send(in.where, in.Message)
			return tlMessage{Type: "updateShortSentMessage", Out: true, ID: m.id, Date: m.at.Unix()}, fail
		})
	case "messages.getHistory":
		return decodeAnd(r, func(in historyCall) (any, *rpcError) { return s.history(r.Context(), in) })
	case "messages.getBotCallbackAnswer":
		return decodeAnd(r, func(in callbackCall) (any, *rpcError) { return s.callbackAnswer(r.Context(), in) })
	case "contacts.block":
		return decodeAnd(r, func(in blockCall) (any, *rpcError) { return tlTrue(), s.setBlocked(in.As, in.ID, true) })
	case "contacts.unblock":
		return decodeAnd(r, func(in blockCall) (any, *rpcError) { return tlTrue(), s.setBlocked(in.As, in.ID, false) })
	case "account.deleteAccount":
		return decodeAnd(r, func(in deleteAccountCall) (any, *rpcError) { return tlTrue(), s.deleteAccount(in.As) })
	default:
		return nil, rpcFail(404, "METHOD_INVALID")
	}
}

// decodeAnd reads the one JSON object of the body and acts on it. Unknown fields are refused: a misspelt
// write_allowed would otherwise be a silent refusal.
func decodeAnd[In, Out any](r *http.Request, act func(In) (Out, *rpcError)) (any, *rpcError) {
	var in In
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&in)
	if err != nil {
		return nil, rpcFail(400, "INPUT_FETCH_ERROR: "+err.Error())
	}
	err = decoder.Decode(&struct{}{})
	if !errors.Is(err, io.EOF) {
		return nil, rpcFail(400, "INPUT_FETCH_ERROR: one JSON object is expected")
	}
	return act(in)
}

// history returns the messages of a chat, newest first as Telegram does.
func (s *Sim) history(ctx context.Context, in historyCall) (any, *rpcError) {
	s.mu.Lock()
	p, fail := s.enter(in.where)
	s.mu.Unlock()
	if fail != nil {
		return nil, fail
	}
	if in.Wait > 0 {
		limit := time.Duration(min(in.Wait, 30)) * time.Second
		s.wait(ctx, p.chat, limit, func() bool { return p.chat.answeredAfter(in.MinID) })
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	answer := tlMessages{Type: "messages.messages", Messages: []tlMessage{}}
	for _, m := range slices.Backward(p.chat.messages) {
		switch {
		case m.id <= in.MinID:
		case in.Group:
			answer.Messages = append(answer.Messages, m.tlInGroup(in.As))
		default:
			answer.Messages = append(answer.Messages, m.tl())
		}
	}
	return answer, nil
}

// callbackAnswer presses a callback button and waits for what the bot says to it.
func (s *Sim) callbackAnswer(ctx context.Context, in callbackCall) (any, *rpcError) {
	id, b, fail := s.pressCallback(in.where, in.MsgID, in.ButtonID)
	if fail != nil {
		return nil, fail
	}
	answer, answered := s.awaitCallback(ctx, b, id)
	if !answered {
		return nil, rpcFail(400, "BOT_RESPONSE_TIMEOUT")
	}
	return map[string]string{"_": "messages.botCallbackAnswer", "message": answer}, nil
}

// awaitCallback waits, for a bounded time, until the bot has answered the press with this id. An answer that
// comes later is accepted and seen by nobody.
func (s *Sim) awaitCallback(ctx context.Context, b *bot, id string) (answer string, answered bool) {
	s.mu.Lock()
	call := b.callbacks[id]
	s.mu.Unlock()
	s.wait(ctx, call.chat, answerPatience, func() bool { return call.done })
	s.mu.Lock()
	defer s.mu.Unlock()
	if call.done {
		delete(b.callbacks, id)
	}
	return call.answer, call.done
}

func (s *Sim) listPeople(w http.ResponseWriter, _ *http.Request) {
	people := []tlUser{}
	for _, p := range s.people {
		people = append(people, p.tlUser())
	}
	writeJSON(w, http.StatusOK, people)
}
