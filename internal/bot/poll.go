package bot

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"example.com/telegram-login/internal/users"
)

// Poll receives updates by long polling until ctx ends. Of several copies of the
// site one polls, and the others stand by: the lease row decides. A webhook that
// somebody set is never deleted.
func (b *Bot) Poll(ctx context.Context) {
	var holder users.LeaseHolder
	_, _ = rand.Read(holder[:]) // Never fails, says crypto/rand.
	if b.cfg.Alone {
		if err := b.cfg.Users.DropUpdateLease(ctx, b.api.ID()); err != nil {
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
	if err := b.cfg.Users.ReleaseUpdateLease(ctx, b.api.ID(), holder); err != nil {
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
		b.api.Start(ctx)
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

func (b *Bot) holdLease(ctx context.Context, holder users.LeaseHolder) (bool, error) {
	now := b.cfg.Now()
	return b.cfg.Users.HoldUpdateLease(ctx, b.api.ID(), holder, now, now.Add(b.cfg.Lease))
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
