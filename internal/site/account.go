package site

import (
	"log/slog"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"
)

const accountPath = "/account"

// showAccount says who is signed in, and since when: GET /account. Who is not is
// sent to log in, and comes back here.
func (s *Site) showAccount(c *gin.Context) error {
	session, err := s.visitor(c)
	if err != nil {
		return err
	}
	if session.IsNobody() {
		c.Redirect(http.StatusSeeOther, "/login?next="+url.QueryEscape(accountPath))
		return nil
	}
	logField(c, slog.Int64("account_id", session.Account.ID))
	s.render(c, http.StatusOK, "account", accountPage{
		page:       s.newPage(c, "Your account"),
		Username:   session.Account.Profile.Username,
		TelegramID: session.Account.TelegramID,
		Since:      session.CreatedAt.UTC(),
		CreatedAt:  session.Account.CreatedAt.UTC(),
	})
	return nil
}
