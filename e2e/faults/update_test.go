package faults_test

import (
	"encoding/json"
	"net/http"
	"time"
)

// Numbers of what the load makes up, so that it meets nothing of the stand-in's.
const (
	firstPerson   = 5_000_000_000
	firstStranger = 6_000_000_000 // Writes to the bot, and never logs in.
	firstForged   = 8_000_000_000
	firstUpdate   = 1_000_000_000
)

// botUpdate says that a person allowed the bot to write, or blocked it.
type botUpdate struct {
	number  int
	person  int64
	allowed bool
	at      time.Time
}

// newUpdate is about somebody of whom nothing was heard before.
func (w *world) newUpdate(allowed bool) botUpdate {
	n := w.history.nextUpdate()
	return botUpdate{number: n, person: firstStranger + int64(n), allowed: allowed, at: time.Now()}
}

// text is the update as the Bot API writes it.
//
// Source: https://core.telegram.org/bots/api#chatmemberupdated
func (u botUpdate) text() string {
	status := "kicked"
	if u.allowed {
		status = "member"
	}
	person := map[string]any{"id": u.person, "is_bot": false, "first_name": "Load", "type": "private"}
	bot := map[string]any{"id": botID, "is_bot": true, "first_name": "Bot", "username": botUsername}
	text, err := json.Marshal(map[string]any{
		"update_id": firstUpdate + u.number,
		"my_chat_member": map[string]any{
			"chat": person, "from": person, "date": u.at.Unix(),
			"old_chat_member": map[string]any{"user": bot, "status": "member"},
			"new_chat_member": map[string]any{"user": bot, "status": status},
		},
	})
	if err != nil {
		panic(err) // Maps of strings and numbers.
	}
	return string(text)
}

// bring is Telegram's webhook.
func (w *world) bring(u botUpdate, client string, due time.Time) op {
	o := op{kind: update, due: due, start: time.Now()}
	w.history.note(u.number, false)
	a := w.ask(visit{
		method: http.MethodPost, path: "/telegram/webhook", client: client, body: u.text(),
		header: http.Header{
			"Content-Type":                    {"application/json"},
			"X-Telegram-Bot-Api-Secret-Token": {w.secrets["webhook secret"]},
		},
	})
	o.end, o.status = time.Now(), a.status
	o.outcome = w.outcomeIf(a.status == http.StatusOK, done, a)
	w.history.note(u.number, o.outcome == done)
	w.history.add(o)
	return o
}
