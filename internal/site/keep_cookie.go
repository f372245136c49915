package site

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/auth"
)

// loginDonePath is where a sign-in leads first. Only from the next request can be
// seen whether the browser kept the cookie.
const loginDonePath = "/login/done"

// afterSignIn is the address that a browser with a new cookie is sent to; it
// leads on to next.
func afterSignIn(next string) string {
	if next == "" {
		return loginDonePath
	}
	return loginDonePath + "?next=" + url.QueryEscape(next)
}

// finishSignIn leads on to where the visitor wanted to go, if the cookie came
// back: GET /login/done. Without this step, a browser that keeps no cookies would
// be sent to log in for ever, and never be told why. It asks the database
// nothing: whose cookie it is, the next page finds out.
func (s *Site) finishSignIn(c *gin.Context) error {
	if s.cookies.token(c.Request) == (auth.Token{}) {
		return errCookieNotKept
	}
	next, ok := auth.LocalPath(c.Query("next"))
	if !ok {
		next = AccountPath
	}
	c.Redirect(http.StatusSeeOther, next)
	return nil
}
