package telegramsim

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// updateLifetime is how long Telegram keeps what a bot has not fetched.
const updateLifetime = 24 * time.Hour

// update is one entry of a bot's stream: exactly one of the last three fields is set.
type update struct {
	ID            int64                 `json:"update_id"`
	Message       *apiMessage           `json:"message,omitempty"`
	CallbackQuery *apiCallbackQuery     `json:"callback_query,omitempty"`
	MyChatMember  *apiChatMemberUpdated `json:"my_chat_member,omitempty"`

	at time.Time
}

func (u update) kind() string {
	switch {
	case u.Message != nil:
		return "message"
	case u.CallbackQuery != nil:
		return "callback_query"
	default:
		return "my_chat_member"
	}
}

// chatID names the chat that the update is about.
func (u update) chatID() int64 {
	switch {
	case u.Message != nil:
		return u.Message.Chat.ID
	case u.CallbackQuery != nil:
		return u.CallbackQuery.Message.Chat.ID
	default:
		return u.MyChatMember.Chat.ID
	}
}

// updateQueue is what a bot has not confirmed yet. It belongs to Sim.mu.
type updateQueue struct {
	nextID  int64
	pending []update
	allowed []string      // kinds that the bot asked for; nil means all that we produce
	arrived chan struct{} // closed and replaced when something is added
	poll    *poll         // the getUpdates call that waits now, if any
	fetched bool          // somebody has asked for updates since the start
}

// poll is a waiting getUpdates call; end answers it with an error.
type poll struct{ end context.CancelCauseFunc }

// Why a waiting getUpdates call ends before its time.
var (
	errOtherPoll  = errors.New("terminated by other getUpdates request; make sure that only one bot instance is running")
	errWebhookSet = errors.New("terminated by setWebhook request")
)

// newUpdateQueue counts from the clock, so that a stand-in started again does not repeat the ids of the one
// before: a bot that remembers what it has handled would take the new updates for old ones.
func newUpdateQueue(now time.Time) updateQueue {
	return updateQueue{nextID: now.UnixMilli(), arrived: make(chan struct{})}
}

// personID names who caused the update.
func (u update) personID() int64 {
	switch {
	case u.Message != nil:
		return u.Message.From.ID
	case u.CallbackQuery != nil:
		return u.CallbackQuery.From.ID
	default:
		return u.MyChatMember.From.ID
	}
}

// push queues an update and returns it as the bot will get it, or false if the bot did not ask for this kind.
// The caller holds Sim.mu.
func (q *updateQueue) push(u update, now time.Time) (update, bool) {
	if q.allowed != nil && !slices.Contains(q.allowed, u.kind()) {
		return update{}, false
	}
	u.ID, u.at = q.nextID, now
	q.nextID++
	q.pending = append(q.pending, u)
	close(q.arrived)
	q.arrived = make(chan struct{})
	return u, true
}

// confirm forgets what the offset of a getUpdates call says was handled: everything before it, or, for a
// negative one, everything except the newest. The caller holds Sim.mu.
func (q *updateQueue) confirm(offset int64, now time.Time) {
	if offset < 0 {
		q.pending = q.pending[max(0, int64(len(q.pending))+offset):]
	}
	q.pending = slices.DeleteFunc(q.pending, func(u update) bool {
		return u.ID < offset || now.Sub(u.at) >= updateLifetime
	})
}

// pollWish is what a getUpdates call asks for.
type pollWish struct {
	offset  int64
	limit   int
	timeout time.Duration
	allowed []string // as in updateQueue, if given
	given   bool
}

// readPoll brings limit and timeout into Telegram's bounds, as its server does.
func readPoll(p params) (pollWish, *apiError) {
	offset, fail := p.integer("offset", 0)
	if fail != nil {
		return pollWish{}, fail
	}
	limit, fail := p.integer("limit", 100)
	if fail != nil {
		return pollWish{}, fail
	}
	seconds, fail := p.integer("timeout", 0)
	if fail != nil {
		return pollWish{}, fail
	}
	allowed, given, fail := p.allowedUpdates()
	return pollWish{
		offset:  offset,
		limit:   int(min(max(limit, 1), 100)),
		timeout: time.Duration(min(max(seconds, 0), 50)) * time.Second,
		allowed: allowed,
		given:   given,
	}, fail
}

// getUpdates answers with unconfirmed updates, and waits for one if there is none.
func (s *Sim) getUpdates(ctx context.Context, b *bot, p params) (any, *apiError) {
	wish, fail := readPoll(p)
	if fail != nil {
		return nil, fail
	}
	ctx, mine, fail := s.beginPoll(ctx, b, wish)
	if fail != nil {
		return nil, fail
	}
	defer s.endPoll(b, mine)
	timer := time.NewTimer(wish.timeout)
	defer timer.Stop()
	for {
		batch, arrived := s.take(b, wish.limit)
		if len(batch) > 0 {
			return batch, nil
		}
		select {
		case <-arrived:
		case <-timer.C:
			return []update{}, nil
		case <-ctx.Done():
			cause := context.Cause(ctx)
			if errors.Is(cause, errOtherPoll) || errors.Is(cause, errWebhookSet) {
				return nil, conflict(cause.Error())
			}
			return []update{}, nil
		}
	}
}

// beginPoll confirms by offset, ends the bot's other waiting call and takes its place.
func (s *Sim) beginPoll(ctx context.Context, b *bot, wish pollWish) (context.Context, *poll, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.webhook != nil {
		return nil, nil, conflict("can't use getUpdates method while webhook is active; " +
			"use deleteWebhook to delete the webhook first")
	}
	if b.updates.poll != nil {
		b.updates.poll.end(errOtherPoll)
	}
	ctx, end := context.WithCancelCause(ctx)
	b.updates.poll = &poll{end: end}
	b.updates.fetched = true
	if wish.given {
		b.updates.allowed = wish.allowed
	}
	b.updates.confirm(wish.offset, s.now())
	return ctx, b.updates.poll, nil
}

func (s *Sim) endPoll(b *bot, mine *poll) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.updates.poll == mine {
		b.updates.poll = nil
	}
	mine.end(nil)
}

// take returns the oldest updates without forgetting them, and what to wait for if there are none.
func (s *Sim) take(b *bot, limit int) ([]update, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(b.updates.pending[:min(limit, len(b.updates.pending))]), b.updates.arrived
}

// allowedUpdates reads the parameter of that name. Leaving it out keeps the last choice; an empty list
// goes back to all kinds.
func (p params) allowedUpdates() (kinds []string, given bool, fail *apiError) {
	raw := p["allowed_updates"]
	if raw == "" {
		return nil, false, nil
	}
	err := json.Unmarshal([]byte(raw), &kinds)
	if err != nil {
		return nil, false, badRequest("can't parse allowed_updates: an Array of String is expected")
	}
	if len(kinds) == 0 {
		return nil, true, nil
	}
	return kinds, true, nil
}
