package site

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
)

// WebhookPath receives the bot's updates, below the public address.
const WebhookPath = "/telegram/webhook"

// WebhookSecretHeader carries the secret that whoever brings updates has to know.
//
// Source: https://core.telegram.org/bots/api#setwebhook
const WebhookSecretHeader = "X-Telegram-Bot-Api-Secret-Token" //nolint:gosec // The name of a header.

// maxUpdateBytes is far more than an update has.
const maxUpdateBytes = 1 << 20

// receiveUpdate takes one update of the bot: POST /telegram/webhook. The secret
// is asked for before anything of the body is read, and before the limit: whoever
// knows it is never refused for those who share the address and guess. Any answer
// but a 2xx brings the update again, so that none is lost while the database is
// away.
func (s *Site) receiveUpdate(c *gin.Context) error {
	if !s.isWebhookSecret(c.GetHeader(WebhookSecretHeader)) {
		if err := s.limits.webhook.take(clientOf(c), s.cfg.Now()); err != nil {
			return err
		}
		return errWebhookSecret
	}
	body, err := io.ReadAll(c.Request.Body)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errUpdateTooLong
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errBadForm, err)
	}
	if err := s.cfg.Bot.Receive(c.Request.Context(), body); err != nil {
		return err
	}
	c.Status(http.StatusOK)
	return nil
}

// isWebhookSecret compares with every secret there is, whichever of them matches:
// while one takes the place of another, both count (T23). Hashes have one length,
// and tell nothing by how long comparing them takes.
func (s *Site) isWebhookSecret(shown string) bool {
	hash, matches := sha256.Sum256([]byte(shown)), 0
	for _, secret := range s.cfg.WebhookSecrets {
		want := sha256.Sum256([]byte(secret))
		matches |= subtle.ConstantTimeCompare(hash[:], want[:])
	}
	return matches == 1
}
