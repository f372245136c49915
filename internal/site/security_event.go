package site

import (
	"log/slog"

	"github.com/gin-gonic/gin"
)

// securityEvent is what an operator wants to find later, by one word: who came in,
// who was kept out, what ended (T32, ASVS 16.3). Each is a line of its own in the
// log, beside the line of its request and with the same id. The words stay as they
// are: alerts and searches are built on them. docs/operations.md explains each.
//
// Source: the OWASP Logging Vocabulary Cheat Sheet, where it has a word.
type securityEvent string

// The vocabulary.
const (
	eventLoginSuccess   securityEvent = "authn_login_success"
	eventLoginFail      securityEvent = "authn_login_fail"
	eventStepUpSuccess  securityEvent = "authn_step_up_success"
	eventLogout         securityEvent = "authn_logout"
	eventSessionsEnded  securityEvent = "authn_sessions_ended"
	eventUserDeleted    securityEvent = "user_deleted"
	eventExport         securityEvent = "sensitive_export"
	eventNotifications  securityEvent = "notifications_changed"
	eventCrossOrigin    securityEvent = "malicious_cross_origin"
	eventTooMany        securityEvent = "excess_rate_limit_exceeded"
	eventWebhookRefused securityEvent = "webhook_authn_fail"
)

// note writes a security event. Attributes are ids and words of ours; nothing that
// a visitor wrote is among them (T16, R12).
func (s *Site) note(c *gin.Context, event securityEvent, attrs ...slog.Attr) {
	k := knownOf(c)
	s.cfg.Log.LogAttrs(c.Request.Context(), slog.LevelInfo, "security event", append([]slog.Attr{
		slog.String("event", string(event)),
		slog.String("request_id", k.id),
		slog.String("client_ip", k.clientIP),
	}, attrs...)...)
}
