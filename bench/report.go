package main

import (
	"fmt"
	"strings"
	"time"
)

// result is what an item found.
type result struct {
	title, says string
	series      []series
	verdicts    []verdict
	notes       []string
}

// verdict is a figure beside what it should be.
type verdict struct {
	what   string
	found  spread
	bound  bound
	target float64
}

// bound says on which side of the target a figure should be.
type bound string

const (
	atLeast  bound = "≥"
	atMost   bound = "≤"
	noTarget bound = ""
)

// reached judges by the median.
func (v verdict) reached() string {
	switch {
	case v.bound == noTarget:
		return ""
	case v.bound == atLeast && v.found.median >= v.target, v.bound == atMost && v.found.median <= v.target:
		return "yes"
	}
	return "**no**"
}

func writeReport(o options, machine []string, results []result) string {
	var out strings.Builder
	out.WriteString("# Results\n\nWritten by `make bench`; what each figure means, and what it does not, stands in `bench/README.md`. " +
		"From \"Why\" on the text is written by hand, and kept.\n\n")
	fmt.Fprintf(&out, "%s. %d rounds of %s for each side after %s of warming up, %d connections, the sides of an item in turn.\n\n",
		time.Now().UTC().Format("2 January 2006, 15:04 UTC"), o.rounds, o.seconds, o.warmUp, o.connections)
	for _, line := range machine {
		out.WriteString("* " + line + "\n")
	}
	out.WriteString("\n## Targets\n\n| figure | least | median | most | target | reached |\n|---|---|---|---|---|---|\n")
	for _, r := range results {
		for _, v := range r.verdicts {
			target := ""
			if v.bound != noTarget {
				target = fmt.Sprintf("%s %g", v.bound, v.target)
			}
			fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s |\n",
				v.what, short(v.found.least), short(v.found.median), short(v.found.most), target, v.reached())
		}
	}
	for _, r := range results {
		writeResult(&out, r)
	}
	return out.String()
}

// writtenByHand is what somebody wrote below the figures of an earlier report.
func writtenByHand(report string) string {
	const heading = "\n## Why\n"
	_, text, ok := strings.Cut(report, heading)
	if !ok {
		return ""
	}
	return heading + text
}

func writeResult(out *strings.Builder, r result) {
	fmt.Fprintf(out, "\n## %s\n\n%s\n", r.title, r.says)
	if len(r.series) > 0 {
		out.WriteString("\n| side | per second: least | median | most | p50 ms | p99 ms | µs of the program | µs of PostgreSQL | queries | log bytes | body bytes |\n" +
			"|---|---|---|---|---|---|---|---|---|---|---|\n")
	}
	for _, s := range r.series {
		rate := s.spread(perSecond)
		fmt.Fprintf(out, "| %s | %.0f | %.0f | %.0f |", s.name, rate.least, rate.median, rate.most)
		for _, of := range []func(sample) float64{
			milliseconds(median), milliseconds(ninetyNinth),
			microseconds(func(s sample) time.Duration { return s.program }),
			microseconds(func(s sample) time.Duration { return s.database }),
			queries,
			func(s sample) float64 { return s.wal },
			func(s sample) float64 { return float64(s.reads) },
		} {
			fmt.Fprintf(out, " %s |", short(s.spread(of).median))
		}
		out.WriteString("\n")
	}
	for i, note := range r.notes {
		if i == 0 {
			out.WriteString("\n")
		}
		out.WriteString("* " + note + "\n")
	}
}

// short writes a figure with as many digits as mean something; nothing for zero.
func short(f float64) string {
	switch {
	case f == 0:
		return ""
	case f >= 100:
		return fmt.Sprintf("%.0f", f)
	case f >= 10:
		return fmt.Sprintf("%.1f", f)
	}
	return fmt.Sprintf("%.2f", f)
}

func median(s sample) time.Duration      { return s.p50 }
func ninetyNinth(s sample) time.Duration { return s.p99 }
func queries(s sample) float64           { return s.queries }

func milliseconds(of func(sample) time.Duration) func(sample) float64 {
	return func(s sample) float64 { return float64(of(s).Microseconds()) / 1e3 }
}
