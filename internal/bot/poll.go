package bot

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	telegram "github.com/go-telegram/bot"

	"example.com/telegram-login/internal/users"
)

// pollTimeout is how long Telegram may hold a request for updates open.
const pollTimeout = 25 * time.Second

// Poll receives updates by long polling until ctx ends. Of several copies of the
// site one polls, and the others stand by: the lease row decides. A webhook that
// somebody else set is never deleted.
func (b *Bot) Poll(ctx context.Context) {
	var holder users.LeaseHolder
	_, _ = rand.Read(holder[:]) // Never fails, says crypto/rand.
	if b.cfg.Alone {
		if err := b.cfg.Users.DropUpdateLease(ctx, b.ID()); err != nil {
			b.logLeaseError(ctx, err)
		}
	}
	for standby := false; ctx.Err() == nil; wait(ctx, b.cfg.Lease/3) {
		held, err := b.holdLease(ctx, holder)
		switch {
		case err != nil:
			b.logLeaseError(ctx, err)
		case held:
			b.pollWhileHeld(ctx, holder)
			standby = false
		case !standby:
			b.cfg.Log.InfoContext(ctx, "another copy of the site receives the bot's updates; standing by")
			standby = true
		}
	}
	// The stop must not keep another copy waiting for the lease to run out.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := b.cfg.Users.ReleaseUpdateLease(ctx, b.ID(), holder); err != nil {
		b.logLeaseError(ctx, err)
	}
}

// pollWhileHeld polls and renews the lease, and stops at once when somebody else
// has it, or before it has run out unrenewed: two pollers would end each
// other's requests.
func (b *Bot) pollWhileHeld(ctx context.Context, holder users.LeaseHolder) {
	ctx, stop := context.WithCancel(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		b.receiveUpdates(ctx)
	}()
	for lastHeld := b.cfg.Now(); b.cfg.Now().Sub(lastHeld) < b.cfg.Lease*2/3 && ctx.Err() == nil; {
		wait(ctx, b.cfg.Lease/3)
		held, err := b.holdLease(ctx, holder)
		switch {
		case err != nil:
			b.logLeaseError(ctx, err)
		case held:
			lastHeld = b.cfg.Now()
		default:
			stop()
		}
	}
	stop()
	<-stopped
}

// receiveUpdates asks for updates until ctx ends. The library's own loop would
// confirm updates that nobody has acted on yet; here only those that have been
// are confirmed, with the next request. What is confirmed too late comes again,
// and [Bot.Receive] knows it.
func (b *Bot) receiveUpdates(ctx context.Context) {
	offset, pause := int64(0), time.Second
	for ctx.Err() == nil {
		updates, err := b.getUpdates(ctx, offset)
		if err == nil {
			offset, err = b.receiveAll(ctx, updates, offset)
		}
		if err == nil {
			pause = time.Second
			continue
		}
		b.logAPIError(ctx, err)
		if errors.Is(err, telegram.ErrorConflict) {
			b.removeOwnWebhook(ctx)
		}
		if flood := retryAfter(err); flood > 0 {
			wait(ctx, flood)
			continue
		}
		wait(ctx, pause)
		pause = min(2*pause, longestPause)
	}
}

// receiveAll acts on updates in their order, and returns which one to ask for
// next. It stops at the first that cannot be acted on for the moment.
func (b *Bot) receiveAll(ctx context.Context, updates []json.RawMessage, offset int64) (int64, error) {
	for _, text := range updates {
		err := b.receiveSoon(ctx, text)
		if err != nil && !errors.Is(err, ErrBadUpdate) {
			return offset, err
		}
		if err != nil { // It will not get better by coming again.
			b.cfg.Log.WarnContext(ctx, "update skipped", slog.String("error", err.Error()))
		}
		var named struct {
			ID int64 `json:"update_id"`
		}
		if json.Unmarshal(text, &named) != nil {
			return offset, err // It cannot be confirmed, and comes again.
		}
		offset = max(offset, named.ID+1)
	}
	return offset, nil
}

// receiveSoon does not wait for ever for a database that does not answer.
func (b *Bot) receiveSoon(ctx context.Context, text []byte) error {
	ctx, cancel := context.WithTimeout(ctx, receiveTimeout)
	defer cancel()
	return b.Receive(ctx, text)
}

const receiveTimeout = 10 * time.Second

// updatesAtOnce keeps an answer far below what we read of one.
const updatesAtOnce = 50

// getUpdates waits for updates.
//
// Source: https://core.telegram.org/bots/api#getupdates
func (b *Bot) getUpdates(ctx context.Context, offset int64) ([]json.RawMessage, error) {
	params := map[string]any{"offset": offset, "limit": updatesAtOnce, "timeout": int(pollTimeout.Seconds()), "allowed_updates": allowedUpdates}
	var updates []json.RawMessage
	_, err := b.client.call(ctx, b.cfg.APIURL, b.cfg.Token, "getUpdates", params, &updates)
	return updates, err
}

func (b *Bot) holdLease(ctx context.Context, holder users.LeaseHolder) (bool, error) {
	// Whoever cannot ask in time must not go on polling.
	ctx, cancel := context.WithTimeout(ctx, max(b.cfg.Lease/6, time.Second))
	defer cancel()
	now := b.cfg.Now()
	return b.cfg.Users.HoldUpdateLease(ctx, b.ID(), holder, now, now.Add(b.cfg.Lease))
}

func (b *Bot) logLeaseError(ctx context.Context, err error) {
	if ctx.Err() == nil {
		b.cfg.Log.WarnContext(ctx, "lease on the bot's updates", slog.String("error", err.Error()))
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
