package site

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/metrics"
)

// logOut ends the session and forgets its cookies: POST /logout. It is a POST,
// so that no link and no picture can log anybody out.
func (s *Site) logOut(c *gin.Context) error {
	ended, err := s.cfg.Sessions.End(c.Request.Context(), s.cookies.token(c.Request))
	if err != nil {
		return err
	}
	logField(c, slog.String("login", "logged_out"))
	if ended > 0 {
		s.cfg.Metrics.Sessions(metrics.SessionLoggedOut, ended)
		s.note(c, eventLogout)
	}
	if err := s.cookies.clearToken(c.Request, c.Writer); err != nil {
		return err
	}
	if err := s.setProgress(c, loginProgress{}); err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, "/")
	return nil
}
