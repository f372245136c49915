package site

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/users"
)

// AccountPath is the page about the account, below the public address.
const AccountPath = "/account"

// showAccount says who is signed in, and since when: GET /account. Who is not is
// sent to log in, and comes back here.
func (s *Site) showAccount(c *gin.Context) error {
	session, ok, err := s.signedIn(c)
	if !ok {
		return err
	}
	s.render(c, http.StatusOK, "account", accountPage{
		Page:       s.newPage(c),
		Profile:    session.Account.Profile,
		TelegramID: session.Account.TelegramID,
		ProfileAt:  session.Account.ProfileAt,
		CreatedAt:  session.Account.CreatedAt,
		Since:      session.CreatedAt,
	})
	return nil
}

// signedIn returns who is signed in, and true. Nobody is led to log in, and then
// back to the page, or to the account if it was a form; then there is nothing
// more to do.
func (s *Site) signedIn(c *gin.Context) (users.Session, bool, error) {
	session, err := s.visitor(c)
	if err != nil {
		return users.Session{}, false, err
	}
	if session.IsNobody() {
		next := AccountPath
		if c.Request.Method == http.MethodGet {
			next = c.Request.URL.Path
		}
		logField(c, slog.String("reason", "sign_in_needed"))
		c.Redirect(http.StatusSeeOther, loginThen(next))
		return users.Session{}, false, nil
	}
	logField(c, slog.Int64("account_id", session.Account.ID))
	return session, true, nil
}
