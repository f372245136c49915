package main

import (
	"net"
	"strings"
	"time"

	"example.com/telegram-login/internal/app"
)

// contradictions finds settings of which each is right and the two together cannot
// be meant. Better no start than one that does something else than was meant
// (GHSA-gr79-9v6v-gc9r).
func (s settings) contradictions(r *reader, now time.Time) {
	cfg := s.app
	if cfg.SessionIdle > cfg.SessionLifetime {
		r.problem("SESSION_IDLE", "is longer than SESSION_LIFETIME, and would never come: make it the shorter one")
	}
	if cfg.NotBefore.After(now) {
		r.problem("LOGIN_NOT_BEFORE", "is in the future: until then every login would be refused; set it to when the backup was restored, or leave it empty")
	}
	if cfg.Updates == app.UpdatesWebhook && cfg.PublicURL != nil && cfg.PublicURL.Scheme == "http" && strings.HasPrefix(cfg.APIURL, "https://") {
		r.problem("TELEGRAM_UPDATES", "is webhook, and PUBLIC_URL is plain http: Telegram brings updates to https only")
	}
	if s.adminAddr != "" && samePort(s.adminAddr, s.listenAddr) {
		r.problem("ADMIN_ADDR", "has the port of LISTEN_ADDR: visitors must not reach it")
	}
}

// samePort leaves out port 0, which is another one each time.
func samePort(a, b string) bool {
	_, portA, errA := net.SplitHostPort(a)
	_, portB, errB := net.SplitHostPort(b)
	return errA == nil && errB == nil && portA == portB && portA != "0"
}
