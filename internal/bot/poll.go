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
	for ctx.Err() == nil {
		if b.holdLease(ctx, holder) {
			b.pollWhileHeld(ctx, holder)
		}
		wait(ctx, b.cfg.Lease/3)
	}
	// The stop must not keep another copy waiting for the lease to run out.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := b.cfg.Users.ReleaseUpdateLease(ctx, b.api.ID(), holder); err != nil {
		b.cfg.Log.WarnContext(ctx, "lease not released", slog.String("error", err.Error()))
	}
}

// pollWhileHeld polls, renews the lease, and stops polling before it has run
// out: two pollers would end each other's requests.
func (b *Bot) pollWhileHeld(ctx context.Context, holder users.LeaseHolder) {
	ctx, stop := context.WithCancel(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		b.api.Start(ctx)
	}()
	for lastHeld := b.cfg.Now(); b.cfg.Now().Sub(lastHeld) < b.cfg.Lease*2/3 && ctx.Err() == nil; {
		wait(ctx, b.cfg.Lease/3)
		if b.holdLease(ctx, holder) {
			lastHeld = b.cfg.Now()
		}
	}
	stop()
	<-stopped
}

func (b *Bot) holdLease(ctx context.Context, holder users.LeaseHolder) bool {
	now := b.cfg.Now()
	held, err := b.cfg.Users.HoldUpdateLease(ctx, b.api.ID(), holder, now, now.Add(b.cfg.Lease))
	if err != nil && ctx.Err() == nil {
		b.cfg.Log.WarnContext(ctx, "lease not renewed", slog.String("error", err.Error()))
	}
	return held && err == nil
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
