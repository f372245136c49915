package load

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Load says what is asked, by how many connections, and what a good answer is.
type Load struct {
	Address     string // Host and port.
	Connections int
	// Requests returns what makes the requests of one connection: it appends the
	// next one to a buffer that it may keep. Called once for each connection.
	Requests func(connection int) func(buffer []byte) []byte
	Status   int
	Cookie   bool // A good answer sets one.
}

// Result is what came of a load.
type Result struct {
	Good   int
	Bad    int
	Reason error // What was wrong with one of the bad; nil for none.
	Took   time.Duration
	Times  Times // Of the good ones.
	Bytes  int   // Of all bodies.
}

// PerSecond is how many good answers came in a second.
func (r Result) PerSecond() float64 { return float64(r.Good) / r.Took.Seconds() }

// Closed asks as fast as answers come, for a time: each connection asks the next
// question when the last one was answered. It tells how much can be done. Its
// Times tell little: while the server stalls, nobody asks.
func (l Load) Closed(ctx context.Context, d time.Duration) Result {
	start := time.Now()
	return l.run(ctx, start, func() (time.Time, bool) {
		now := time.Now()
		return now, now.Sub(start) < d
	})
}

// run asks until next says that there is nothing more. What next returns is when
// the request was due: from then on its time counts.
func (l Load) run(ctx context.Context, start time.Time, next func() (due time.Time, more bool)) Result {
	results := make([]Result, l.Connections)
	var workers sync.WaitGroup
	for i := range l.Connections {
		workers.Go(func() {
			c := &conn{address: l.Address}
			defer c.close()
			results[i] = l.work(ctx, c, l.Requests(i), next)
		})
	}
	workers.Wait()
	all := Result{Took: time.Since(start)}
	for _, r := range results {
		all.Good += r.Good
		all.Bad += r.Bad
		all.Bytes += r.Bytes
		all.Times = append(all.Times, r.Times...)
		if all.Reason == nil {
			all.Reason = r.Reason
		}
	}
	return all
}

func (l Load) work(ctx context.Context, c *conn, request func([]byte) []byte, next func() (time.Time, bool)) Result {
	var r Result
	var buffer []byte
	for ctx.Err() == nil {
		due, more := next()
		if !more {
			break
		}
		buffer = request(buffer[:0])
		a, err := c.ask(ctx, buffer)
		took := time.Since(due)
		if err == nil && (a.Status != l.Status || l.Cookie && !a.Cookie) {
			err = fmt.Errorf("status %d, cookie %t", a.Status, a.Cookie)
		}
		if err != nil {
			r.Bad++
			r.Reason = err
			continue
		}
		r.Good++
		r.Bytes += a.Bytes
		r.Times = append(r.Times, took)
	}
	return r
}

// Open asks at a rate, whether or not answers come: requests are due at times that
// were drawn before, as visitors come who know nothing of each other. A request's
// time counts from when it was due, also if no connection was free: so a stall of
// the server is seen by all who would have come meanwhile. That is what
// "coordinated omission handled" means.
func (l Load) Open(ctx context.Context, d time.Duration, perSecond float64) Result {
	start := time.Now()
	arrivals := schedule(d, perSecond)
	var taken atomic.Int64
	return l.run(ctx, start, func() (time.Time, bool) {
		i := int(taken.Add(1)) - 1
		if i >= len(arrivals) {
			return time.Time{}, false
		}
		due := start.Add(arrivals[i])
		time.Sleep(time.Until(due))
		return due, true
	})
}
