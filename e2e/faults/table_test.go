package faults_test

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// row is what one fault did.
type row struct {
	fault      string
	load       string
	figures    figures
	recovery   string
	invariants string
}

// rows are printed when all tests have ended. They are safe for concurrent use.
type rows struct {
	mu   sync.Mutex
	rows []row
}

var table rows

func (r *rows) add(line row) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rows = append(r.rows, line)
}

func (r *rows) print(to io.Writer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.SortFunc(r.rows, func(a, b row) int { return strings.Compare(a.fault, b.fault) })
	columns := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(columns, "fault\tload\trequests\terrors\trecovery\tp50\tp99\tinvariants")
	for _, line := range r.rows {
		f := line.figures
		fmt.Fprintf(columns, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\n", line.fault, line.load, f.requests, f.errors(), line.recovery,
			round(f.p50), round(f.p99), line.invariants)
	}
	_ = columns.Flush()
}

func round(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }

// figures sum up what visitors met.
type figures struct {
	requests     int
	failed       map[outcome]int
	p50, p99     time.Duration
	slowest      time.Duration
	firstFailure time.Time // When its visitor came; zero for none.
	lastFailure  time.Time
}

func figuresOf(ops []op) figures {
	f := figures{requests: len(ops), failed: make(map[outcome]int)}
	var latencies []time.Duration
	for _, o := range ops {
		latencies = append(latencies, o.latency())
		if !o.failed() {
			continue
		}
		f.failed[o.outcome]++
		if f.firstFailure.IsZero() || o.due.Before(f.firstFailure) {
			f.firstFailure = o.due
		}
		if o.due.After(f.lastFailure) {
			f.lastFailure = o.due
		}
	}
	slices.Sort(latencies)
	if n := len(latencies); n > 0 {
		f.p50, f.p99, f.slowest = latencies[n/2], latencies[n*99/100], latencies[n-1]
	}
	return f
}

// count is how many did not get what they came for.
func (f figures) count() int {
	n := 0
	for _, c := range f.failed {
		n += c
	}
	return n
}

func (f figures) errors() string {
	parts := []string{strconv.Itoa(f.count())}
	for _, o := range []outcome{unavailable, noAnswer, limited, wrong} {
		if f.failed[o] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", f.failed[o], o))
		}
	}
	return strings.Join(parts, ", ")
}

// recovery is how long after the end of a fault visitors were still turned away.
func (f figures) recovery(healed time.Time) time.Duration {
	return max(0, f.lastFailure.Sub(healed))
}

// report writes the row of a fault. The invariants have been checked before.
func report(t *testing.T, fault string, load fmt.Stringer, f figures, recovery string) {
	t.Helper()
	line := row{fault: fault, load: load.String(), figures: f, recovery: recovery, invariants: "hold"}
	if t.Failed() {
		line.invariants = "VIOLATED"
	}
	table.add(line)
	t.Logf("%s: %d requests, errors: %s, recovery %s, p50 %s, p99 %s, slowest %s, invariants %s",
		fault, f.requests, f.errors(), recovery, round(f.p50), round(f.p99), round(f.slowest), line.invariants)
}
