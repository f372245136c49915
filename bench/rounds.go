package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// side is one of those that are compared.
type side struct {
	name string
	// measure starts what is measured, measures it once and ends it: while one side
	// is measured, nothing of the others runs.
	measure func(ctx context.Context, round int) (sample, error)
}

// sample is what one round of one side came to. What does not apply is zero.
type sample struct {
	perSecond float64
	p50, p99  time.Duration // Open loop at half of perSecond.
	program   time.Duration // Processor time of the program for one request.
	database  time.Duration // And of PostgreSQL.
	queries   float64       // For one request, by the site's own count.
	wal       float64       // Bytes in PostgreSQL's log for one request.
	reads     int64         // Bytes of the answer's body.
}

// series are the rounds of a side.
type series struct {
	name    string
	samples []sample
}

// alternate measures all sides in each round, another one first each time, so that
// what changes on the machine meanwhile meets all of them.
func (b *bench) alternate(ctx context.Context, sides ...side) ([]series, error) {
	all := make([]series, len(sides))
	for i, s := range sides {
		all[i].name = s.name
	}
	for round := range b.rounds {
		for turn := range sides {
			i := (round + turn) % len(sides)
			s, err := sides[i].measure(ctx, round)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", sides[i].name, err)
			}
			b.say("  round %d  %-34s %9.0f/s", round+1, sides[i].name, s.perSecond)
			all[i].samples = append(all[i].samples, s)
		}
	}
	return all, nil
}

// spread is the least, the middle and the greatest of the rounds.
type spread struct{ least, median, most float64 }

func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return spread{sorted[0], (sorted[(n-1)/2] + sorted[n/2]) / 2, sorted[n-1]}
}

func (s series) spread(of func(sample) float64) spread {
	var values []float64
	for _, one := range s.samples {
		values = append(values, of(one))
	}
	return spreadOf(values)
}

// ratio is how the rates of two sides relate, round by round.
func ratio(a, b series) spread {
	var values []float64
	for i := range min(len(a.samples), len(b.samples)) {
		values = append(values, a.samples[i].perSecond/b.samples[i].perSecond)
	}
	return spreadOf(values)
}

func perSecond(s sample) float64 { return s.perSecond }

func microseconds(of func(sample) time.Duration) func(sample) float64 {
	return func(s sample) float64 { return float64(of(s).Nanoseconds()) / 1e3 }
}
