package site

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/metrics"
)

const (
	deletePath  = AccountPath + "/delete"
	deletedPath = "/deleted"
)

// showDelete asks whether to delete the account: GET /account/delete. Before the
// visitor has proved with a fresh login that it is them (T27), the page is the
// beginning of that login.
func (s *Site) showDelete(c *gin.Context) error {
	session, ok, err := s.signedIn(c)
	if !ok {
		return err
	}
	approval := s.cookies.progress(c.Request).approval
	approved := approval.Permits(auth.DeleteAccount, session, s.cfg.Now())
	data := deletePage{Approved: approved, ApprovedAt: approval.At}
	if !approved {
		attempt := auth.NewStepUp(auth.DeleteAccount, session, deletePath, s.cfg.Now())
		if err := s.setProgress(c, loginProgress{attempt: attempt}); err != nil {
			return err
		}
		data.Chat, _ = s.cfg.Bot.ChatLink(attempt.State)
	}
	data.Page = s.newPage(c)
	s.render(c, http.StatusOK, "delete", data)
	return nil
}

// deleteAccount deletes the account and all that is known about the person: POST
// /account/delete. Without a fresh proof it leads back to where one is asked for.
func (s *Site) deleteAccount(c *gin.Context) error {
	session, ok, err := s.signedIn(c)
	if !ok {
		return err
	}
	if !s.cookies.progress(c.Request).approval.Permits(auth.DeleteAccount, session, s.cfg.Now()) {
		logField(c, slog.String("reason", "step_up_needed"))
		c.Redirect(http.StatusSeeOther, deletePath)
		return nil
	}
	removed, err := s.cfg.Sessions.Users.DeleteAccount(c.Request.Context(), session.Account.ID)
	if err != nil {
		return err
	}
	s.cfg.Metrics.AccountDeletion()
	s.cfg.Metrics.Sessions(metrics.SessionAccountDeleted, removed.Sessions)
	// The line in the log is what is left of the account: after a restore from a
	// backup it tells what to delete again.
	s.note(c, eventUserDeleted, slog.Int64("account_id", session.Account.ID), slog.Int64("sessions_ended", removed.Sessions))
	if err := s.cookies.clearToken(c.Request, c.Writer); err != nil {
		return err
	}
	if err := s.setProgress(c, loginProgress{removed: &removed}); err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, deletedPath)
	return nil
}

// showDeleted says what was removed: GET /deleted. Who has deleted nothing lately
// has no such page.
func (s *Site) showDeleted(c *gin.Context) error {
	removed := s.cookies.progress(c.Request).removed
	if removed == nil {
		return errNotFound
	}
	s.render(c, http.StatusOK, "deleted", deletedPage{Page: s.newPage(c), Deleted: *removed})
	return nil
}
