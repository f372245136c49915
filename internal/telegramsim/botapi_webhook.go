package telegramsim

import (
	"net/url"
	"regexp"
)

// webhook is what a bot asked for with setWebhook. The stand-in remembers and reports it.
type webhook struct {
	url            string
	maxConnections int64
}

type webhookInfo struct {
	URL                  string   `json:"url"`
	HasCustomCertificate bool     `json:"has_custom_certificate"`
	PendingUpdateCount   int      `json:"pending_update_count"`
	MaxConnections       int64    `json:"max_connections,omitempty"`
	AllowedUpdates       []string `json:"allowed_updates,omitempty"`
}

var secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{0,256}$`)

// setWebhook accepts plain http too, as a Bot API server of one's own does with --local.
func (s *Sim) setWebhook(b *bot, p params) (any, *apiError) {
	connections, fail := p.integer("max_connections", 40)
	allowed, given, fail2 := p.allowedUpdates()
	if fail != nil {
		return nil, fail
	}
	if fail2 != nil {
		return nil, fail2
	}
	if !secretForm.MatchString(p["secret_token"]) {
		return nil, badRequest("secret token contains unallowed characters or is too long")
	}
	if p["url"] == "" {
		return s.deleteWebhook(b, p)
	}
	u, err := url.Parse(p["url"])
	if err != nil || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b.webhook = webhook{url: p["url"], maxConnections: min(max(connections, 1), 100)}
	if given {
		b.updates.allowed = allowed
	}
	if b.updates.poll != nil {
		b.updates.poll.end(errWebhookSet)
	}
	b.dropPending(p)
	return true, nil
}

func (s *Sim) deleteWebhook(b *bot, p params) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b.webhook = webhook{}
	b.dropPending(p)
	return true, nil
}

func (s *Sim) getWebhookInfo(b *bot) webhookInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	b.updates.confirm(0, s.now())
	return webhookInfo{
		URL:                b.webhook.url,
		PendingUpdateCount: len(b.updates.pending),
		MaxConnections:     b.webhook.maxConnections,
		AllowedUpdates:     b.updates.allowed,
	}
}

// dropPending obeys drop_pending_updates. The caller holds Sim.mu.
func (b *bot) dropPending(p params) {
	if p.yes("drop_pending_updates") {
		b.updates.pending = nil
	}
}
