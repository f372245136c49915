package telegramsim

import (
	"net/http"
	"time"
)

// changePatience is how long a page's question for news stays open.
const changePatience = 25 * time.Second

// awaitChange answers as soon as the chat is in another version than the page's, or after a while anyway.
// It serves the small script of the chat page.
func (s *Sim) awaitChange(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	person, known := s.whoIs(query.Get("as"))
	b := s.botNamed(query.Get("peer"))
	if !known || b == nil {
		http.NotFound(w, r)
		return
	}
	s.mu.Lock()
	c := b.chatWith(person)
	s.mu.Unlock()
	seen := number(query.Get("version"))
	s.wait(r.Context(), c, changePatience, func() bool { return c.version != seen })
	s.mu.Lock()
	version := c.version
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]int{"version": version})
}
