package telegramsim

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// Everything about the pace of webhooks hangs on one number, the pause before the first repeat: tests make
// it small. The multiples give 10 seconds for an answer, 60 seconds between repeats at the most, and a third
// of a second of quiet, if the first pause is the usual one.
const (
	defaultWebhookRetry = 100 * time.Millisecond
	answerTimeRetries   = 100
	longestPauseRetries = 600
	quietRetries        = 3
)

// deliverer brings the updates of one bot to one webhook, until the context of run ends.
type deliverer struct {
	sim   *Sim
	bot   *bot
	hook  *webhook
	free  chan struct{}           // holds one token for each delivery on its way, up to max_connections
	turns map[int64]chan struct{} // by chat: closed once its newest update has been tried
}

// startDeliveries begins to deliver what is pending and what will come. The caller holds Sim.mu.
func (s *Sim) startDeliveries(b *bot, hook *webhook) {
	if s.closed {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	hook.stop = stop
	d := &deliverer{
		sim: s, bot: b, hook: hook,
		free:  make(chan struct{}, hook.maxConnections),
		turns: map[int64]chan struct{}{},
	}
	s.deliveries.Go(func() { d.run(ctx) })
}

// run starts the delivery of each update once, oldest first. With the fault WebhookReorder it collects a
// window of updates, or fewer after a short quiet time, and starts the newest of them first.
func (d *deliverer) run(ctx context.Context) {
	var last int64 // the newest update whose delivery was started
	quiet := false
	for ctx.Err() == nil {
		waiting, arrived, faults := d.sim.undelivered(d.bot, last)
		window := max(1, faults.WebhookReorder)
		if len(waiting) == 0 || (len(waiting) < window && !quiet) {
			quiet = d.awaitMore(ctx, arrived, len(waiting) > 0)
			continue
		}
		quiet = false
		batch := waiting[:min(window, len(waiting))]
		last = batch[len(batch)-1].ID
		slices.Reverse(batch)
		for _, u := range batch {
			d.start(ctx, u, faults)
		}
	}
}

// awaitMore waits for the next update. If some are held back already, it also returns, with true, when
// nothing came for a while.
func (d *deliverer) awaitMore(ctx context.Context, arrived <-chan struct{}, held bool) (quiet bool) {
	var silence <-chan time.Time
	if held {
		timer := time.NewTimer(quietRetries * d.sim.webhookRetry)
		defer timer.Stop()
		silence = timer.C
	}
	select {
	case <-arrived:
	case <-silence:
		return true
	case <-ctx.Done():
	}
	return false
}

// start delivers an update beside the others. Only the first attempt waits for that of the update before it
// in the same chat, so that a healthy website gets a chat in order, and a failing update stops no other. To
// be in a reliable order, updates that are reordered on purpose wait for each other in all chats.
func (d *deliverer) start(ctx context.Context, u update, faults Faults) {
	body, err := json.Marshal(u)
	if err != nil {
		d.sim.log.ErrorContext(ctx, "writing an update as JSON", "error", err)
		return
	}
	lane := u.chatID()
	if faults.WebhookReorder > 1 {
		lane = 0
	}
	before, tried := d.turns[lane], make(chan struct{})
	d.turns[lane] = tried
	d.sim.deliveries.Go(func() {
		sleep(ctx, time.Duration(faults.WebhookLateMS)*time.Millisecond)
		if before != nil {
			<-before
		}
		d.deliver(ctx, u, body, 1+faults.WebhookDuplicates, tried)
	})
}

// deliver brings all copies of an update to the webhook at the same time, and forgets the update when each
// has been confirmed. It closes tried when each has been tried.
func (d *deliverer) deliver(ctx context.Context, u update, body []byte, copies int, tried chan<- struct{}) {
	var attempts, confirmations sync.WaitGroup
	attempts.Add(copies)
	for range copies {
		confirmations.Go(func() { d.repeat(ctx, u, body, attempts.Done) })
	}
	attempts.Wait()
	close(tried)
	confirmations.Wait()
	if ctx.Err() == nil {
		d.sim.forget(d.bot, u.ID)
	}
}

// repeat delivers one copy until it is confirmed or not wanted any more. It calls tried after the first attempt.
func (d *deliverer) repeat(ctx context.Context, u update, body []byte, tried func()) {
	pause := d.sim.webhookRetry
	refused := d.attempt(ctx, u, body)
	tried()
	for refused != nil {
		wait := refused.retryAfter
		if wait == 0 {
			wait, pause = pause, min(2*pause, longestPauseRetries*d.sim.webhookRetry)
		}
		if !sleep(ctx, wait) {
			return
		}
		refused = d.attempt(ctx, u, body)
	}
}

// attempt sends an update once, when one of the allowed connections is free. It returns nil if the update
// needs no further attempt: it was confirmed, became too old or was dropped, or the webhook is gone.
func (d *deliverer) attempt(ctx context.Context, u update, body []byte) *hookRefusal {
	select {
	case d.free <- struct{}{}:
		defer func() { <-d.free }()
	case <-ctx.Done():
		return nil
	}
	if !d.sim.isPending(d.bot, u.ID) {
		return nil
	}
	refused := d.sim.post(ctx, d.hook, body)
	if ctx.Err() != nil {
		return nil
	}
	d.sim.noteDelivery(d.hook, u, refused)
	if refused == nil {
		return nil
	}
	d.sim.log.InfoContext(ctx, "webhook delivery failed", "update", u.ID, "reason", refused.reason)
	d.sim.mu.Lock()
	defer d.sim.mu.Unlock()
	d.hook.lastError, d.hook.lastErrorAt = refused.reason, d.sim.now()
	return refused
}

// undelivered returns what is pending and newer than an id, what to wait for if that is not enough, and the
// faults of the moment.
func (s *Sim) undelivered(b *bot, last int64) ([]update, <-chan struct{}, Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b.updates.confirm(0, s.now())
	first := slices.IndexFunc(b.updates.pending, func(u update) bool { return u.ID > last })
	if first < 0 {
		return nil, b.updates.arrived, s.faults
	}
	return slices.Clone(b.updates.pending[first:]), b.updates.arrived, s.faults
}

// isPending reports whether an update still has to be delivered: it may have been dropped, or be too old.
func (s *Sim) isPending(b *bot, id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b.updates.confirm(0, s.now())
	return slices.ContainsFunc(b.updates.pending, func(u update) bool { return u.ID == id })
}

func (s *Sim) forget(b *bot, id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b.updates.pending = slices.DeleteFunc(b.updates.pending, func(u update) bool { return u.ID == id })
}

// sleep waits, and reports whether it did so to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
