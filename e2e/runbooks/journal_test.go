package runbooks_test

import (
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// journal is what the units have written. It is safe for concurrent use.
type journal struct {
	mu    sync.Mutex
	lines []line
}

type line struct {
	unit string
	at   time.Time
	text string
}

// of returns where a unit writes to.
func (j *journal) of(unit string) io.Writer { return &unitLog{journal: j, unit: unit} }

// unitLog makes lines of what a unit writes.
type unitLog struct {
	journal *journal
	unit    string
	rest    string
}

// Write keeps whole lines.
func (l *unitLog) Write(b []byte) (int, error) {
	l.journal.mu.Lock()
	defer l.journal.mu.Unlock()
	l.rest += string(b)
	for {
		text, rest, found := strings.Cut(l.rest, "\n")
		if !found {
			return len(b), nil
		}
		l.journal.lines = append(l.journal.lines, line{l.unit, time.Now(), text})
		l.rest = rest
	}
}

// String is all of it.
func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var all strings.Builder
	for _, l := range j.lines {
		fmt.Fprintf(&all, "%s: %s\n", l.unit, l.text)
	}
	return all.String()
}

// add puts a line in that was written at another time.
func (j *journal) add(unit string, at time.Time, text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line{unit, at, text})
}

// show is journalctl with the options that the page uses.
//
// Source: man journalctl, man systemd.time
func (j *journal) show(args []string) reply {
	var pattern string
	var since time.Time
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		var err error
		switch name {
		case "--unit":
			pattern = value
		case "--output":
			if value != "cat" {
				err = fmt.Errorf("output %q is not known here", value)
			}
		case "--since":
			since, err = readTime(value)
		default:
			err = fmt.Errorf("option %s is not known here", name)
		}
		if err != nil {
			return failed("journalctl: %v", err)
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	var shown strings.Builder
	for _, l := range j.lines {
		if matches, err := path.Match(pattern, l.unit); err == nil && matches && !l.at.Before(since) {
			shown.WriteString(l.text + "\n")
		}
	}
	return reply{Output: shown.String()}
}

func readTime(text string) (time.Time, error) {
	if seconds, found := strings.CutPrefix(text, "@"); found {
		n, err := strconv.ParseInt(seconds, 10, 64)
		return time.Unix(n, 0), err
	}
	var n int
	var unit string
	if _, err := fmt.Sscanf(text, "%d %s ago", &n, &unit); err != nil {
		return time.Time{}, fmt.Errorf("time %q: %w", text, err)
	}
	length := map[string]time.Duration{"hour": time.Hour, "hours": time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour}[unit]
	if length == 0 {
		return time.Time{}, fmt.Errorf("time %q is not known here", text)
	}
	return time.Now().Add(-time.Duration(n) * length), nil
}
