package main

import (
	"context"
	"fmt"
	"time"

	"example.com/telegram-login/bench/load"
)

// web is a side that is asked over HTTP.
type web struct {
	name  string
	start func(ctx context.Context) (*process, error)
	// load returns what to ask the running program; it may sign people in first.
	load func(ctx context.Context, p *process) (load.Load, error)
	db   database // Zero for none.
	open bool     // Measure times too, at half of what it can do.
}

func (b *bench) web(w web) side {
	return side{w.name, func(ctx context.Context, _ int) (sample, error) {
		if w.db.b != nil {
			if err := w.db.checkpoint(ctx); err != nil {
				return sample{}, err
			}
		}
		p, err := w.start(ctx)
		if err != nil {
			return sample{}, err
		}
		defer p.stop()
		l, err := w.load(ctx, p)
		if err != nil {
			return sample{}, err
		}
		l.Address, l.Connections = p.address, b.connections
		if r := l.Closed(ctx, b.warmUp); r.Good == 0 {
			return sample{}, fmt.Errorf("no good answer: %w", r.Reason)
		}
		s, err := b.closed(ctx, w, p, l)
		if err == nil && w.open {
			err = b.open(ctx, l, &s)
		}
		return s, err
	}}
}

// closed measures how much can be done, and what one request costs.
func (b *bench) closed(ctx context.Context, w web, p *process, l load.Load) (sample, error) {
	before, err := b.look(ctx, w, p)
	if err != nil {
		return sample{}, err
	}
	profiled := b.profileWhile(ctx, w, p)
	r := l.Closed(ctx, b.seconds)
	if err := <-profiled; err != nil {
		return sample{}, err
	}
	if r.Good == 0 || r.Bad*100 > r.Good { // One in a hundred would be a finding already.
		return sample{}, fmt.Errorf("%d of %d answers were not good: %w", r.Bad, r.Good+r.Bad, r.Reason)
	}
	after, err := b.look(ctx, w, p)
	if err != nil {
		return sample{}, err
	}
	n := time.Duration(r.Good)
	return sample{
		perSecond: r.PerSecond(),
		program:   (after.program - before.program) / n,
		database:  (after.database - before.database) / n,
		queries:   (after.queries - before.queries) / float64(n),
		wal:       float64(after.wal-before.wal) / float64(n),
		reads:     int64(r.Bytes / r.Good),
	}, nil
}

// open measures times at half of what can be done. More connections than usual, so
// that who is due need not wait for one.
func (b *bench) open(ctx context.Context, l load.Load, s *sample) error {
	l.Connections = 4 * b.connections
	r := l.Open(ctx, b.seconds, s.perSecond/2)
	if r.Bad*100 > r.Good {
		return fmt.Errorf("open loop: %d of %d answers were not good: %w", r.Bad, r.Good+r.Bad, r.Reason)
	}
	s.p50, s.p99 = r.Times.Percentile(0.5), r.Times.Percentile(0.99)
	return nil
}

// counters are read before and after a measurement.
type counters struct {
	program, database time.Duration
	queries           float64
	wal               int64
}

func (b *bench) look(ctx context.Context, w web, p *process) (counters, error) {
	c := counters{program: processorTime(p.cmd.Process.Pid)}
	for _, other := range p.behind {
		c.program += processorTime(other.cmd.Process.Pid)
	}
	var err error
	if p.admin != "" {
		if c.queries, err = queriesOf(ctx, p.admin); err != nil {
			return c, err
		}
	}
	if w.db.b == nil {
		return c, nil
	}
	if c.wal, err = w.db.walPosition(ctx); err != nil {
		return c, err
	}
	postmaster, err := b.postmaster()
	if err != nil {
		return c, err
	}
	c.database = processorTime(postmaster)
	return c, nil
}
