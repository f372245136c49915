package telegramsim

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"time"
)

// webhook is what a bot asked for with setWebhook, and how the deliveries go. The first three fields never
// change; the others belong to Sim.mu.
type webhook struct {
	url            string
	secret         string // empty: no header
	maxConnections int64

	stop        context.CancelFunc // ends the deliveries
	lastError   string
	lastErrorAt time.Time
}

// asks reports whether two calls of setWebhook ask for the same.
func (h *webhook) asks(other *webhook) bool {
	return h != nil && h.url == other.url && h.secret == other.secret && h.maxConnections == other.maxConnections
}

// origin is the address without its path and without who logs in there, which may both be secret.
func (h *webhook) origin() string {
	u, err := url.Parse(h.url)
	if err != nil { // setWebhook has parsed it.
		return removed
	}
	return u.Scheme + "://" + u.Host
}

type webhookInfo struct {
	URL                  string   `json:"url"`
	HasCustomCertificate bool     `json:"has_custom_certificate"`
	PendingUpdateCount   int      `json:"pending_update_count"`
	LastErrorDate        int64    `json:"last_error_date,omitempty"`
	LastErrorMessage     string   `json:"last_error_message,omitempty"`
	MaxConnections       int64    `json:"max_connections,omitempty"`
	AllowedUpdates       []string `json:"allowed_updates,omitempty"`
}

var secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{0,256}$`)

// setWebhook accepts plain http too, as a Bot API server of one's own does with --local. Asking again for
// what is set already, as every copy of a website does at its start, does not disturb the deliveries.
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
	next := &webhook{url: p["url"], secret: p["secret_token"], maxConnections: min(max(connections, 1), 100)}
	s.mu.Lock()
	defer s.mu.Unlock()
	b.dropPending(p)
	if given {
		b.updates.allowed = allowed
	}
	if b.updates.poll != nil {
		b.updates.poll.end(errWebhookSet)
	}
	if next.secret != "" && !slices.Contains(b.hookSecrets, next.secret) {
		b.hookSecrets = append(b.hookSecrets, next.secret)
	}
	if !b.webhook.asks(next) {
		b.endWebhook()
		b.webhook = next
		s.startDeliveries(b, next)
	}
	return true, nil
}

func (s *Sim) deleteWebhook(b *bot, p params) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b.endWebhook()
	b.dropPending(p)
	return true, nil
}

// endWebhook ends the deliveries and forgets the webhook. What was not confirmed stays pending. The caller
// holds Sim.mu.
func (b *bot) endWebhook() {
	if b.webhook != nil && b.webhook.stop != nil {
		b.webhook.stop()
	}
	b.webhook = nil
}

func (s *Sim) getWebhookInfo(b *bot) webhookInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	b.updates.confirm(0, s.now())
	info := webhookInfo{PendingUpdateCount: len(b.updates.pending), AllowedUpdates: b.updates.allowed}
	if b.webhook == nil {
		return info
	}
	info.URL, info.MaxConnections = b.webhook.url, b.webhook.maxConnections
	if b.webhook.lastError != "" {
		info.LastErrorMessage, info.LastErrorDate = b.webhook.lastError, b.webhook.lastErrorAt.Unix()
	}
	return info
}

// dropPending obeys drop_pending_updates. The caller holds Sim.mu.
func (b *bot) dropPending(p params) {
	if p.yes("drop_pending_updates") {
		b.updates.pending = nil
	}
}
