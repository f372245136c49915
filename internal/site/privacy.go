package site

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/users"
)

// showPrivacy says what is stored, why and for how long: GET /privacy. The tables
// and columns are those that the download consists of, the times are those that
// the program goes by.
func (s *Site) showPrivacy(c *gin.Context) error {
	if _, err := s.visitor(c); err != nil {
		return err
	}
	s.render(c, http.StatusOK, "privacy", s.newPrivacyPage(s.newPage(c)))
	return nil
}

func (s *Site) newPrivacyPage(p page) privacyPage {
	data := privacyPage{Page: p, LinksKept: auth.MaxAgeCeiling}
	for _, table := range users.PersonalTables() {
		item := storedItem{Table: table.Name, Columns: table.Columns, Kept: table.Kept}
		if table.Name == "sessions" {
			item.Kept = s.cfg.Sessions.Lifetime
		}
		data.Stored = append(data.Stored, item)
	}
	data.Cookies = []cookieItem{
		{s.cookies.sessionName, "session", s.cfg.Sessions.Lifetime},
		{s.cookies.loginName, "login", loginCookieLifetime},
		{s.cookies.languageName, "language", languageKept},
	}
	return data
}
