package site

import (
	"context"
	"maps"
	"net/http"

	"github.com/gin-gonic/gin"
)

// contentSecurityPolicy allows nothing but our own style sheet, pictures and
// forms: the pages need no script.
const contentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

const permissionsPolicy = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), " +
	"encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), " +
	"payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()"

// securityHeaders are on every response, errors included (ASVS 3.4). Static files
// replace Cache-Control, the login address replaces Referrer-Policy.
func securityHeaders(secure bool) http.Header {
	h := make(http.Header)
	csp := contentSecurityPolicy
	if secure {
		csp += "; upgrade-insecure-requests"
		// Not for subdomains: they are the owner's to decide about.
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	h.Set("Content-Security-Policy", csp)
	h.Set("Permissions-Policy", permissionsPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	// Not no-referrer: browsers would then send our own forms with Origin: null.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Cache-Control", "no-store")
	return h
}

// setHeaders lends every response the same values: whoever sets one of them sets
// another, and changes none.
func (s *Site) setHeaders(c *gin.Context) { maps.Copy(c.Writer.Header(), s.headers) }

// limitTime bounds how long a visitor waits for a database that is away or busy:
// a clear answer comes before patience ends, and nothing piles up.
func (s *Site) limitTime(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.cfg.Timeout)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

// maxQueryBytes is plenty for our own addresses (T19). The login address has a rule
// of its own (R2).
const maxQueryBytes = 4 << 10

func (s *Site) limitQuery(c *gin.Context) {
	if len(c.Request.URL.RawQuery) > maxQueryBytes && c.Request.URL.Path != LoginPath {
		c.Abort()
		s.fail(c, errQueryLength)
	}
}

// maxBodyBytes is plenty for our forms (T19).
const maxBodyBytes = 64 << 10

func (s *Site) limitBody(c *gin.Context) {
	limit := int64(maxBodyBytes)
	if c.FullPath() == WebhookPath {
		limit = maxUpdateBytes
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
}

// refuseCrossOrigin guards every unsafe method by Sec-Fetch-Site and Origin
// (T12, ASVS 3.5.1): no token in our forms, nothing to forget.
func (s *Site) refuseCrossOrigin(c *gin.Context) {
	if s.crossSite.Check(c.Request) != nil {
		c.Abort()
		s.fail(c, errCrossOrigin)
	}
}
