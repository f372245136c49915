package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"example.com/telegram-login/internal/metrics"
	"example.com/telegram-login/internal/users"
)

const (
	// readyTimeout is how long the database may take to answer.
	readyTimeout = 500 * time.Millisecond
	// readyKept is how long an answer holds: whoever asks more often costs no query.
	readyKept = time.Second
)

var (
	errStarting = errors.New("starting")
	errDraining = errors.New("stopping")
)

// readiness says whether to send visitors to this copy of the site. Telegram is no
// part of it: while it is away, sessions go on.
type readiness struct {
	now    func() time.Time
	counts *metrics.Metrics
	needs  uint // The schema that this program was made for.

	draining atomic.Bool // Asked for each request, so nobody waits for the rest.

	mu    sync.Mutex
	check func(context.Context) (users.Health, error) // Nil while starting.
	at    time.Time                                   // When last was found.
	last  error
}

// started says that the site serves from now on, if the database lets it.
func (r *readiness) started(check func(context.Context) (users.Health, error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.check = check
}

// drain says that this copy wants no visitors any more.
func (r *readiness) drain() {
	r.draining.Store(true)
	r.counts.Ready(false)
}

// Ready returns nil, or why not. All who ask at the same time share one query.
func (r *readiness) Ready(ctx context.Context) error {
	if r.draining.Load() {
		return errDraining
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.check == nil:
		return errStarting
	case !r.at.IsZero() && r.now().Sub(r.at).Abs() < readyKept:
		return r.last
	}
	// Not cut short by who asks: the answer is for the next ones too.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyTimeout)
	defer cancel()
	r.last, r.at = r.look(ctx), r.now()
	r.counts.Ready(r.last == nil && !r.draining.Load())
	return r.last
}

func (r *readiness) look(ctx context.Context) error {
	asked := r.now()
	health, err := r.check(ctx)
	if err != nil {
		return err
	}
	r.counts.SchemaVersion(health.Version)
	// The database's clock was read at some moment between the two.
	r.counts.ClockSkew(metrics.Database, asked.Add(r.now().Sub(asked)/2).Sub(health.Clock))
	switch {
	case health.Version < r.needs:
		return fmt.Errorf("the database is at version %d, and this program needs %d", health.Version, r.needs)
	case health.Dirty && health.Version == r.needs:
		return fmt.Errorf("migration %d failed half-way", health.Version)
	}
	// A newer release that is migrating, or has failed to, leaves us what we need.
	return nil
}
