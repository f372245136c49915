package faults_test

import (
	"regexp"
	"strings"
	"testing"
)

// secrets are what nobody may see (I10, R12), by what they are. Cookies and
// signatures of links come on top, from the history.
type secrets map[string]string

// in returns the names of the secrets that a text shows.
func (s secrets) in(text string) []string {
	var names []string
	for name, value := range s {
		if strings.Contains(text, value) {
			names = append(names, name)
		}
	}
	return names
}

// longWords are what a cookie or a signature would stand out as.
var longWords = regexp.MustCompile(`[A-Za-z0-9_=+/-]{40,}`)

// mustHaveKeptItsSecrets searches all that the programs wrote in all their lives,
// PostgreSQL included.
func (w *world) mustHaveKeptItsSecrets(t *testing.T) {
	t.Helper()
	personal := w.history.personalSecrets()
	found, searched := 0, 0
	for where, text := range map[string]string{
		w.copies[0].name: w.copies[0].log.String(),
		w.copies[1].name: w.copies[1].log.String(),
		"the stand-in":   w.telegramLog.String(),
		"PostgreSQL":     w.database.log.String(),
	} {
		searched += len(text)
		for _, name := range w.secrets.in(text) {
			found++
			t.Errorf("the log of %s shows the %s", where, name)
		}
		for _, word := range longWords.FindAllString(text, -1) {
			if name, ok := personal[word]; ok {
				found++
				t.Errorf("the log of %s shows %s", where, name)
			}
		}
	}
	if w.copies[0].log.len() == 0 || w.copies[1].log.len() == 0 {
		t.Error("there was no log to search")
	}
	t.Logf("secrets: %d and %d cookies and signatures searched for in %d kB of logs, found %d times",
		len(w.secrets), len(personal), searched>>10, found)
}

// personalSecrets are the cookies and the signatures that were in use.
func (h *history) personalSecrets() map[string]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	found := make(map[string]string)
	for _, s := range h.sessions {
		found[s.cookie] = "a session cookie"
	}
	for _, l := range h.sent {
		found[l.hash] = "the signature of a link"
	}
	return found
}
