package site

import (
	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/users"
)

// visitor returns who is signed in on this request; the zero Session for nobody.
// It asks the database at most once for a request, and not at all before
// somebody calls it (R10).
func (s *Site) visitor(c *gin.Context) (users.Session, error) {
	if known, ok := knownVisitor(c); ok {
		return known, nil
	}
	session, err := s.cfg.Sessions.Find(c.Request.Context(), s.cookies.token(c.Request))
	if err != nil {
		return users.Session{}, err
	}
	rememberVisitor(c, session)
	return session, nil
}

func rememberVisitor(c *gin.Context, session users.Session) {
	k := knownOf(c)
	k.visitor, k.visitorKnown = session, true
}

// knownVisitor is visitor without asking: for pages that must be shown even
// when the database is away.
func knownVisitor(c *gin.Context) (users.Session, bool) {
	k := knownOf(c)
	return k.visitor, k.visitorKnown
}
