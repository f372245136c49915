package site

import (
	"log/slog"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/metrics"
	"example.com/telegram-login/internal/users"
)

// SessionsPath is the page that lists the visitor's sessions.
const SessionsPath = AccountPath + "/sessions"

const (
	endSessionPath       = SessionsPath + "/end"
	endOtherSessionsPath = SessionsPath + "/end-others"
)

// showSessions lists the browsers that are signed in to the account: GET
// /account/sessions.
func (s *Site) showSessions(c *gin.Context) error {
	session, ok, err := s.signedIn(c)
	if !ok {
		return err
	}
	living, err := s.cfg.Sessions.List(c.Request.Context(), session.Account.ID)
	if err != nil {
		return err
	}
	data := sessionsPage{Page: s.newPage(c), Ended: endedBefore(c)}
	for _, one := range living {
		item := sessionItem{
			ID:         one.ID.String(),
			Current:    one.ID == session.ID,
			Device:     one.Device,
			Method:     string(one.Method),
			CreatedAt:  one.CreatedAt,
			LastSeenAt: one.LastSeenAt,
		}
		if item.Current { // Where one is comes first.
			data.Sessions = append([]sessionItem{item}, data.Sessions...)
			continue
		}
		data.Sessions = append(data.Sessions, item)
		data.Others = true
	}
	s.render(c, http.StatusOK, "sessions", data)
	return nil
}

// endSession ends one other session of the visitor's account: POST
// /account/sessions/end. One that has ended already is no error: that is what
// the visitor wanted.
func (s *Site) endSession(c *gin.Context) error {
	session, ok, err := s.signedIn(c)
	if !ok {
		return err
	}
	id, err := users.ParseSessionID(c.PostForm("session"))
	if err != nil || id == session.ID { // This browser logs out.
		return errBadForm
	}
	ended, err := s.cfg.Sessions.EndOne(c.Request.Context(), session.Account.ID, id)
	if err != nil {
		return err
	}
	return s.sessionsEnded(c, session, ended)
}

// endOtherSessions ends all sessions of the visitor's account but this one: POST
// /account/sessions/end-others.
func (s *Site) endOtherSessions(c *gin.Context) error {
	session, ok, err := s.signedIn(c)
	if !ok {
		return err
	}
	ended, err := s.cfg.Sessions.EndOthers(c.Request.Context(), session)
	if err != nil {
		return err
	}
	return s.sessionsEnded(c, session, ended)
}

const endedParameter = "ended"

func (s *Site) sessionsEnded(c *gin.Context, owner users.Session, n int64) error {
	s.cfg.Metrics.Sessions(metrics.SessionEndedByOwner, n)
	s.note(c, eventSessionsEnded, slog.Int64("account_id", owner.Account.ID), slog.Int64("sessions_ended", n))
	c.Redirect(http.StatusSeeOther, SessionsPath+"?"+endedParameter+"="+strconv.FormatInt(n, 10))
	return nil
}

// endedBefore is how many sessions the form before this page ended; zero for no
// such form. The number is for the eye only: anybody can put one there.
func endedBefore(c *gin.Context) int {
	n, err := strconv.Atoi(c.Query(endedParameter))
	if err != nil || n < 0 || n > users.MaxSessions {
		return 0
	}
	return n
}
