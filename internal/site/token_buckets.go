package site

import (
	"sync"

	"golang.org/x/time/rate"
)

// maxBuckets is how many clients one limit remembers. A bucket has some 100 bytes:
// however many addresses a flood comes from, it fills no memory (T19).
const maxBuckets = 10_000

// buckets holds the buckets of the clients that came last, in two generations:
// when the current one is full, it becomes the previous one, and what was the
// previous one is forgotten. A client that comes again is moved on. The bucket of
// somebody forgotten starts full: whoever has so many addresses had their tokens
// anyway. It is safe for concurrent use.
type buckets[K comparable] struct {
	refill rate.Limit
	burst  int

	mu                sync.Mutex
	current, previous map[K]*rate.Limiter
}

func newBuckets[K comparable](refill rate.Limit, burst int) *buckets[K] {
	return &buckets[K]{refill: refill, burst: burst, current: make(map[K]*rate.Limiter)}
}

// find returns the client's bucket, or nil for whoever has none: it would be full.
func (b *buckets[K]) find(client K) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.look(client)
}

// findOrMake is find, and makes a full one for whoever has none.
func (b *buckets[K]) findOrMake(client K) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	bucket := b.look(client)
	if bucket == nil {
		bucket = rate.NewLimiter(b.refill, b.burst)
		b.put(client, bucket)
	}
	return bucket
}

func (b *buckets[K]) look(client K) *rate.Limiter {
	if bucket := b.current[client]; bucket != nil {
		return bucket
	}
	bucket := b.previous[client]
	if bucket != nil {
		delete(b.previous, client)
		b.put(client, bucket)
	}
	return bucket
}

func (b *buckets[K]) put(client K, bucket *rate.Limiter) {
	if len(b.current) >= maxBuckets/2 {
		b.previous, b.current = b.current, make(map[K]*rate.Limiter)
	}
	b.current[client] = bucket
}
