package telegramsim

import (
	"net/http"
	"slices"
	"time"
)

// The limits that Telegram names for messages: https://core.telegram.org/bots/faq#broadcasting-to-users.
const (
	sendsPerSecond        = 30
	sendsPerSecondPerChat = 1
)

// sends is what the calls of sendMessage by one bot looked like. It belongs to Sim.mu. The exported fields are
// the answer of GET /control/sends.
type sends struct {
	// Calls arrived at all, be they refused or not. CarriedOut ones brought a message into a chat.
	Calls      int `json:"calls"`
	CarriedOut int `json:"carried_out"`
	// MostPerSecond is the largest number of calls within any second, MostPerSecondPerChat that to one chat.
	MostPerSecond        int `json:"most_per_second"`
	MostPerSecondPerChat int `json:"most_per_second_per_chat"`
	// CallsDuringFloodWait came although the bot had been told to wait longer.
	CallsDuringFloodWait int `json:"calls_during_flood_wait"`
	// LatestInFloodWaitMS is the longest time, in milliseconds, between the beginning of such a wait and a call
	// during it. What was on its way when the bot was told comes at once; what comes later did not listen.
	LatestInFloodWaitMS int64 `json:"latest_in_flood_wait_ms"`

	arrived      pace
	let          pace      // without the calls that a flood wait or a limit refused
	toldUntil    time.Time // the end of the longest wait that the bot was told
	toldAt       time.Time // when that wait began
	refusedUntil time.Time // the end of the flood wait that Faults.APIMix began
}

// pace is when the calls of the last second came.
type pace struct {
	all   []time.Time
	chats map[string][]time.Time // by chat_id
}

// at forgets what is a second old or older. A second is half open: calls at 1.0 and 2.0 are not in the same.
func (p *pace) at(chatID string, now time.Time) {
	old := func(t time.Time) bool { return now.Sub(t) >= time.Second }
	p.all = slices.DeleteFunc(p.all, old)
	if p.chats == nil {
		p.chats = map[string][]time.Time{}
	}
	p.chats[chatID] = slices.DeleteFunc(p.chats[chatID], old)
}

func (p *pace) add(chatID string, now time.Time) {
	p.at(chatID, now)
	p.all = append(p.all, now)
	p.chats[chatID] = append(p.chats[chatID], now)
}

// count notes that a call arrived.
func (c *sends) count(chatID string, now time.Time) {
	c.arrived.add(chatID, now)
	c.Calls++
	c.MostPerSecond = max(c.MostPerSecond, len(c.arrived.all))
	c.MostPerSecondPerChat = max(c.MostPerSecondPerChat, len(c.arrived.chats[chatID]))
	if now.Before(c.toldUntil) {
		c.CallsDuringFloodWait++
		c.LatestInFloodWaitMS = max(c.LatestInFloodWaitMS, now.Sub(c.toldAt).Milliseconds())
	}
}

// tooFast reports whether one more call would be beyond the limits.
func (c *sends) tooFast(chatID string, now time.Time) bool {
	c.let.at(chatID, now)
	return len(c.let.all) >= sendsPerSecond || len(c.let.chats[chatID]) >= sendsPerSecondPerChat
}

// tell notes that the bot is told to wait.
func (c *sends) tell(seconds int, now time.Time) {
	if !now.Before(c.toldUntil) {
		c.toldAt = now
	}
	until := now.Add(time.Duration(seconds) * time.Second)
	if until.After(c.toldUntil) {
		c.toldUntil = until
	}
}

// readSends answers with what one bot sent since the start or the last reset.
func (s *Sim) readSends(w http.ResponseWriter, r *http.Request) {
	b := s.botOfControl(r)
	if b == nil {
		http.Error(w, "There is no such bot here.", http.StatusNotFound)
		return
	}
	s.mu.Lock()
	counted := b.sends
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, counted)
}

// resetSends starts the counts of one bot again. A flood wait goes on.
func (s *Sim) resetSends(w http.ResponseWriter, r *http.Request) {
	b := s.botOfControl(r)
	if b == nil {
		http.Error(w, "There is no such bot here.", http.StatusNotFound)
		return
	}
	s.mu.Lock()
	b.sends = sends{let: b.sends.let, toldAt: b.sends.toldAt, toldUntil: b.sends.toldUntil, refusedUntil: b.sends.refusedUntil}
	s.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// botOfControl reads the parameter bot; without one it is the first bot.
func (s *Sim) botOfControl(r *http.Request) *bot {
	username := r.URL.Query().Get("bot")
	if username == "" {
		return s.bots[0]
	}
	return s.botNamed(username)
}
