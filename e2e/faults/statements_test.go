package faults_test

import (
	"bytes"
	"encoding/binary"
	"maps"
	"regexp"
	"strings"
	"sync"
)

// statements counts what was sent to PostgreSQL, by its text. It is safe for
// concurrent use.
type statements struct {
	mu     sync.Mutex
	counts map[string]int
}

func newStatements() *statements { return &statements{counts: make(map[string]int)} }

func (s *statements) add(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[text]++
}

func (s *statements) snapshot() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.counts)
}

// newReader returns a reader of what one connection's client sends.
func (s *statements) newReader() *statementReader {
	return &statementReader{all: s, prepared: make(map[string]string)}
}

// statementReader understands as much of the protocol as names a statement.
//
// Source: https://www.postgresql.org/docs/current/protocol-message-formats.html
type statementReader struct {
	all      *statements
	prepared map[string]string // Text by name.
	bound    string            // What the next Execute runs.
	buffer   []byte
	started  bool // The first message has no type.
}

// Write takes what the client sent. It never fails: what it does not understand
// it passes over.
func (r *statementReader) Write(sent []byte) (int, error) {
	r.buffer = append(r.buffer, sent...)
	for {
		header := 5
		if !r.started {
			header = 4
		}
		if len(r.buffer) < header {
			return len(sent), nil
		}
		end := header - 4 + int(binary.BigEndian.Uint32(r.buffer[header-4:]))
		if len(r.buffer) < end || end < header {
			return len(sent), nil
		}
		if r.started {
			r.message(r.buffer[0], r.buffer[header:end])
		}
		r.started = true
		r.buffer = r.buffer[end:]
	}
}

func (r *statementReader) message(kind byte, content []byte) {
	first, rest, _ := bytes.Cut(content, []byte{0})
	second, _, _ := bytes.Cut(rest, []byte{0})
	switch kind {
	case 'Q': // Query: the text itself.
		r.all.add(string(first))
	case 'P': // Parse: a name, and the text.
		r.prepared[string(first)] = string(second)
	case 'B': // Bind: a portal, and the name of a statement.
		r.bound = r.prepared[string(second)]
	case 'E': // Execute.
		r.all.add(r.bound)
	}
}

// countOf adds up the statements that a text occurs in.
func countOf(counts map[string]int, text string) int {
	n := 0
	for statement, count := range counts {
		if strings.Contains(statement, text) {
			n += count
		}
	}
	return n
}

// since is what came between two snapshots.
func since(before, after map[string]int) map[string]int {
	news := make(map[string]int)
	for statement, count := range after {
		if more := count - before[statement]; more > 0 {
			news[statement] = more
		}
	}
	return news
}

// containsWord reports whether a statement names something.
func containsWord(statement, word string) bool {
	return regexp.MustCompile(`\b` + regexp.QuoteMeta(word) + `\b`).MatchString(statement)
}
