package site

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"
)

const (
	dataPath     = AccountPath + "/data"
	downloadPath = dataPath + "/download"
)

// showData says what the visitor can do with what we hold about them: GET
// /account/data.
func (s *Site) showData(c *gin.Context) error {
	if _, ok, err := s.signedIn(c); !ok {
		return err
	}
	s.render(c, http.StatusOK, "data", dataPage{Page: s.newPage(c)})
	return nil
}

// downloadData sends everything that the database holds about the visitor, as
// JSON: POST /account/data/download. It is a POST, because it leaves a note in
// the account's activity: whoever takes the data along is seen (T32).
func (s *Site) downloadData(c *gin.Context) error {
	session, ok, err := s.signedIn(c)
	if !ok {
		return err
	}
	ctx, now := c.Request.Context(), s.cfg.Now()
	if err := s.limits.download.take(session.Account.ID, now); err != nil {
		return err
	}
	if err := s.cfg.Sessions.Users.NoteDataDownloaded(ctx, session.Account.ID, deviceOf(c.Request.UserAgent()), now); err != nil {
		return err
	}
	export, err := s.cfg.Sessions.Users.Export(ctx, session.Account)
	if err != nil {
		return err
	}
	s.cfg.Metrics.Download()
	s.note(c, eventExport, slog.Int64("account_id", session.Account.ID))
	name := "telegram-login-" + now.UTC().Format("2006-01-02") + ".json"
	c.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	c.Data(http.StatusOK, "application/json; charset=utf-8", export)
	return nil
}
