package site

import "github.com/gin-gonic/gin"

// warnOfUntrustedProxy says once that somebody who is no trusted proxy sends
// X-Forwarded-For. A stranger may; but if it is the operator's own proxy, all
// visitors look like one client, and those who fail at the login use up the limit of
// everybody.
func (s *Site) warnOfUntrustedProxy(c *gin.Context) {
	if c.GetHeader("X-Forwarded-For") == "" || knownOf(c).clientIP != c.RemoteIP() || !s.warned.CompareAndSwap(false, true) {
		return
	}
	s.cfg.Log.WarnContext(c.Request.Context(),
		"X-Forwarded-For from an address that TRUSTED_PROXIES does not name; if that is your proxy, all visitors share its limits")
}
