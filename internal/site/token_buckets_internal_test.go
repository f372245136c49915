package site

import (
	"errors"
	"testing"
	"time"
)

func (b *buckets[K]) count() int { return len(b.current) + len(b.previous) }

// However many addresses a flood comes from, it fills no memory (T19).
func TestBuckets_rememberNoMoreThanTheirNumber(t *testing.T) {
	t.Parallel()
	l := newRateLimit[int]("test", time.Hour, 1)
	now := time.Unix(1_800_000_000, 0)
	const clients = 1 << 20
	for i := range clients {
		if l.take(i, now) != nil {
			t.Fatalf("client %d of %d has to do with another", i, clients)
		}
		if n := l.buckets.count(); n > maxBuckets {
			t.Fatalf("%d buckets after %d clients", n, i+1)
		}
	}
	if n := l.buckets.count(); n < maxBuckets/2 {
		t.Errorf("only %d buckets are left", n)
	}
	if l.check(clients-1, now) == nil || l.check(clients-maxBuckets/2, now) == nil {
		t.Error("one of the last clients is forgotten")
	}
	if l.check(0, now) != nil {
		t.Error("the first client is remembered: where?")
	}
}

// Whoever keeps coming is not forgotten for those who come once, and whoever never
// failed takes no room.
func TestBuckets_keepWhoComesAgain(t *testing.T) {
	t.Parallel()
	l := newRateLimit[int]("test", time.Hour, 1)
	now := time.Unix(1_800_000_000, 0)
	_ = l.take(-1, now)
	for i := range 100_000 {
		if l.take(i, now) != nil {
			t.Fatalf("client %d has to do with another", i)
		}
		if i%1000 == 0 && l.check(-1, now) == nil {
			t.Fatalf("forgotten after %d others", i+1)
		}
	}
	before := l.buckets.count()
	for i := range 100_000 {
		_ = l.check(1_000_000+i, now)
	}
	if after := l.buckets.count(); after != before {
		t.Errorf("%d buckets before 100,000 clients who never failed, %d after them", before, after)
	}
}

// The way of the honest costs next to nothing.
//
//nolint:paralleltest // It counts the allocations of the whole process.
func TestRateLimit_checksWithoutTakingMemory(t *testing.T) {
	l := newRateLimit[int]("test", time.Minute, 10)
	now := time.Unix(1_800_000_000, 0)
	_ = l.take(1, now)
	allocated := testing.AllocsPerRun(1000, func() {
		if l.check(1, now) != nil || l.check(2, now) != nil {
			t.Error("refused")
		}
	})
	if allocated != 0 {
		t.Errorf("%v allocations", allocated)
	}
}

// Whoever waits as long as they were told is let in, and not much before.
func TestRateLimit_saysHowLongToWait(t *testing.T) {
	t.Parallel()
	for _, every := range []time.Duration{time.Second, 2 * time.Second, 7 * time.Second, 49 * time.Second, 12 * time.Minute, 103 * time.Minute} {
		l := newRateLimit[int]("test", every, 3)
		now := time.Unix(1_800_000_000, 123_456_789)
		for range 100 {
			for l.check(1, now) == nil {
				_ = l.take(1, now)
			}
			tooMany, ok := errors.AsType[*tooManyError](l.check(1, now))
			if !ok {
				t.Fatal("no refusal")
			}
			if early := now.Add(tooMany.retryAfter - time.Millisecond); l.check(1, early) == nil {
				t.Fatalf("a token each %v comes before it was said", every)
			}
			wait, _ := time.ParseDuration(tooMany.seconds() + "s")
			if wait < tooMany.retryAfter || wait >= tooMany.retryAfter+time.Second {
				t.Fatalf("%v are said as %v", tooMany.retryAfter, wait)
			}
			now = now.Add(wait)
			if err := l.take(1, now); err != nil {
				t.Fatalf("after %v: %v", wait, err)
			}
		}
	}
}
