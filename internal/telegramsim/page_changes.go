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
	in := readWhere(query.Get)
	person, known := s.person(in.As)
	if !known {
		http.NotFound(w, r)
		return
	}
	s.mu.Lock()
	p, fail := s.placeOf(person, in)
	s.mu.Unlock()
	if fail != nil {
		http.NotFound(w, r)
		return
	}
	c := p.chat
	seen := number(query.Get("version"))
	s.wait(r.Context(), c, changePatience, func() bool { return c.version != seen })
	s.mu.Lock()
	version := c.version
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]int{"version": version})
}
