package site

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"
)

const notificationsPath = AccountPath + "/notifications"

// setNotifications turns the visitor's own switch: POST /account/notifications.
func (s *Site) setNotifications(c *gin.Context) error {
	session, ok, err := s.signedIn(c)
	if !ok {
		return err
	}
	on := c.PostForm("on")
	if on != "1" && on != "0" {
		return errBadForm
	}
	if err := s.cfg.Sessions.Users.SetNotifications(c.Request.Context(), session.Account.ID, on == "1", s.cfg.Now()); err != nil {
		return err
	}
	s.note(c, eventNotifications, slog.Int64("account_id", session.Account.ID), slog.Bool("on", on == "1"))
	c.Redirect(http.StatusSeeOther, MessagesPath+"#notifications")
	return nil
}
