package telegramsim

import (
	"net"
	"net/http"
	"strconv"
)

// openLink sends the browser to a link of the chat. With the fault TelegramWeb it goes by way of the
// stand-in's other loopback name: a browser calls a navigation cross-site as soon as one station of the
// redirect chain is on another site, which is what a website sees when Telegram Web opens it.
func (s *Sim) openLink(w http.ResponseWriter, r *http.Request, as int64, link string) {
	w.Header().Set("Referrer-Policy", "no-referrer")
	other, ok := otherLoopback(r.Host)
	s.mu.Lock()
	detour := s.faults.TelegramWeb && ok
	if detour {
		s.detours[as] = link
	}
	s.mu.Unlock()
	if detour {
		link = "http://" + other + "/chat/detour?as=" + strconv.FormatInt(as, 10)
	}
	//nolint:gosec // Leading to the address of a bot's button is what this is for.
	http.Redirect(w, r, link, http.StatusSeeOther)
}

// continueDetour goes on to the link that the person opened last. The link is kept here and not in the
// address, so that nobody can use the stand-in to redirect to a place of their own choice.
func (s *Sim) continueDetour(w http.ResponseWriter, r *http.Request) {
	as := readWhere(r.URL.Query().Get).As
	s.mu.Lock()
	link := s.detours[as]
	s.mu.Unlock()
	if link == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, link, http.StatusSeeOther)
}

// otherLoopback swaps localhost and 127.0.0.1. Other names have no counterpart, and no detour.
func otherLoopback(hostport string) (string, bool) {
	other, ok := map[string]string{"localhost": "127.0.0.1", "127.0.0.1": "localhost"}[bareHost(hostport)]
	if !ok {
		return "", false
	}
	_, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return other, true
	}
	return net.JoinHostPort(other, port), true
}
