package site

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/web"
)

const (
	languagePath = "/language"
	// languageKept is how long a browser keeps the choice: browsers allow no more
	// (RFC 6265bis, section 5.5).
	languageKept = 400 * 24 * time.Hour
)

// language returns what the visitor reads: what they chose here, else what the
// address asks for with lang, which is the bot's way to tell, else what the
// browser prefers.
func (s *Site) language(c *gin.Context) web.Language {
	if cookie, err := c.Request.Cookie(s.cookies.languageName); err == nil {
		if chosen, ok := web.LanguageOf(cookie.Value); ok {
			return chosen
		}
	}
	if strings.Contains(c.Request.URL.RawQuery, "lang=") { // Reading a query costs, and few have it.
		if asked, ok := web.LanguageOf(c.Query("lang")); ok {
			return asked
		}
	}
	return web.PreferredLanguage(c.GetHeader("Accept-Language"))
}

// setLanguage keeps the visitor's choice, and goes back to where they were: POST
// /language.
func (s *Site) setLanguage(c *gin.Context) error {
	chosen, ok := web.LanguageOf(c.PostForm("language"))
	if !ok {
		return errBadForm
	}
	s.cookies.setLanguage(c.Writer, chosen)
	c.Redirect(http.StatusSeeOther, returnPath(c.PostForm("next")))
	return nil
}

// here is the address to come back to after choosing a language; empty where
// coming back would not show the same page. Its query stays out of pages (R12).
func here(c *gin.Context) string {
	if c.Request.Method != http.MethodGet || c.FullPath() == LoginPath {
		return ""
	}
	return returnPath(c.Request.URL.Path)
}

// returnPath is [auth.LocalPath] for visitors who only want to read the same page
// in other words: the login page is one of those, and goes on leading to the same
// place.
func returnPath(path string) string {
	if path == startLoginPath || path == loginDonePath {
		return path
	}
	if query, isLogin := strings.CutPrefix(path, startLoginPath+"?"); isLogin {
		values, _ := url.ParseQuery(query) // What cannot be read leads to the account.
		next, _ := auth.LocalPath(values.Get("next"))
		return loginThen(cmp.Or(next, AccountPath))
	}
	if local, ok := auth.LocalPath(path); ok {
		return local
	}
	return homePath
}
