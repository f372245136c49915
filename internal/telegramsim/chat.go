package telegramsim

import (
	"context"
	"time"
)

// chat is the private chat of one person with one bot, or the group. All fields belong to Sim.mu.
type chat struct {
	messages []message
	mayWrite bool // the person wrote to the bot or allowed it: messages of the bot arrive
	linked   bool // the person logged in with write access: further logins need no dialog
	blocked  bool // the person blocked the bot

	lastSigned string // the newest signed address, for the fault SameURL

	version int           // counts changes, so that a page can ask for news
	changed chan struct{} // closed and replaced at each change
}

// message is one line of a chat. Exactly one of text and connectedTo is set.
type message struct {
	id          int
	from        apiUser // a bot or a person
	fromPerson  bool    // written by a person, and not a service message
	at          time.Time
	text        string
	keyboard    [][]button
	connectedTo string // the domain: "you allowed this bot to message you when you logged in on …"
}

// chatWith returns the chat of a person with the bot, new if there was none. The caller holds Sim.mu.
func (b *bot) chatWith(p Person) *chat {
	c, ok := b.chats[p.ID]
	if !ok {
		c = newChat()
		b.chats[p.ID] = c
	}
	return c
}

func newChat() *chat { return &chat{changed: make(chan struct{})} }

// add appends a message under the chat's next id and returns it. The caller holds Sim.mu.
func (c *chat) add(m message) message {
	m.id = len(c.messages) + 1
	c.messages = append(c.messages, m)
	c.touch()
	return m
}

// touch wakes whoever waits for news of the chat. The caller holds Sim.mu.
func (c *chat) touch() {
	c.version++
	close(c.changed)
	c.changed = make(chan struct{})
}

// message finds a message by id. The caller holds Sim.mu.
func (c *chat) message(id int) (message, bool) {
	if id < 1 || id > len(c.messages) {
		return message{}, false
	}
	return c.messages[id-1], true
}

// answeredAfter reports whether a bot wrote after the message with this id. The caller holds Sim.mu.
func (c *chat) answeredAfter(id int) bool {
	for _, m := range c.messages[min(max(id, 0), len(c.messages)):] {
		if !m.fromPerson {
			return true
		}
	}
	return false
}

// wait blocks until happened, which runs under Sim.mu, reports true after a change of the chat, or until
// the context ends or the limit is over.
func (s *Sim) wait(ctx context.Context, c *chat, limit time.Duration, happened func() bool) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		s.mu.Lock()
		done, changed := happened(), c.changed
		s.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}
