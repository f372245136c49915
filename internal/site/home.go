package site

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"
)

const homePath = "/"

// showHome says what this is: GET /.
func (s *Site) showHome(c *gin.Context) error {
	visitor, err := s.visitor(c)
	if err != nil {
		return err
	}
	data := homePage{Page: s.newPage(c)}
	if visitor.IsNobody() {
		data.QR = s.chatQRCode(c)
	}
	s.render(c, http.StatusOK, "home", data)
	return nil
}

// chatFromPhone is what the chat is told when it was opened by scanning. No login
// attempt has such a state: the link comes back in the phone's browser, for which
// an attempt of this browser could not vouch.
const chatFromPhone = "phone"

// chatQRCode is the way to the chat for somebody whose Telegram is on another
// device; nil while the way is not known. A page is whole without it.
func (s *Site) chatQRCode(c *gin.Context) *qrCode {
	chat, ok := s.cfg.Bot.ChatLink(chatFromPhone)
	if !ok {
		return nil
	}
	if drawn := s.qrCode.Load(); drawn != nil && drawn.address == chat {
		return drawn
	}
	code, err := newQRCode(chat)
	if err != nil {
		logField(c, slog.String("qr_code", err.Error()))
		return nil
	}
	s.qrCode.Store(code)
	return code
}
