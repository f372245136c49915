package site

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/auth"
)

const startLoginPath = "/login"

// loginThen is the address of a login that leads to a local path.
func loginThen(next string) string { return startLoginPath + "?next=" + url.QueryEscape(next) }

// startLogin shows the way in and starts an attempt, so that the link which
// comes back is known to belong to this browser (R7): GET /login.
func (s *Site) startLogin(c *gin.Context) error {
	if _, err := s.visitor(c); err != nil {
		return err
	}
	attempt := auth.NewAttempt(c.Query("next"), s.cfg.Now())
	if err := s.setProgress(c, loginProgress{attempt: attempt}); err != nil {
		return err
	}
	data := loginPage{Page: s.newPage(c), Continue: AccountPath, QR: s.chatQRCode(c)}
	if attempt.Next != "" {
		data.Continue, data.Page.Here = attempt.Next, loginThen(attempt.Next)
	}
	if chat, ok := s.cfg.Bot.ChatLink(attempt.State); ok {
		data.Chat = chat
	}
	s.render(c, http.StatusOK, "login", data)
	return nil
}
