package site

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/users"
)

// known is what we know of one request, from its beginning to its line in the log.
type known struct {
	id       string // By which a page, its line in the log and its events belong together.
	clientIP string // Empty for an address that is none.

	logFields []slog.Attr

	visitor      users.Session // The zero Session for nobody.
	visitorKnown bool          // Whether we have asked who it is.

	progressSet bool // Whether the answer sets the login cookie.
}

const knownKey = "known"

// knowRequest comes before everything else.
func knowRequest(c *gin.Context) {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // Never fails, says crypto/rand.
	k := &known{id: hex.EncodeToString(random), clientIP: c.ClientIP()}
	c.Set(knownKey, k)
	c.Header("X-Request-Id", k.id)
}

func knownOf(c *gin.Context) *known {
	k, _ := c.MustGet(knownKey).(*known)
	return k
}

// logField adds fields to the line that the request will leave.
func logField(c *gin.Context, attrs ...slog.Attr) {
	k := knownOf(c)
	k.logFields = append(k.logFields, attrs...)
}
