package site

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/users"
)

const (
	activityPath = AccountPath + "/activity"
	// activityPerPage is how many entries a page shows.
	activityPerPage = 25
)

// showActivity lists what happened to the account, the newest first: GET
// /account/activity.
func (s *Site) showActivity(c *gin.Context) error {
	session, ok, err := s.signedIn(c)
	if !ok {
		return err
	}
	var before users.ActivityCursor
	if text := c.Query("before"); text != "" {
		if before, err = users.ParseActivityCursor(text); err != nil {
			return errBadForm
		}
	}
	found, err := s.cfg.Sessions.Users.ListActivity(c.Request.Context(), users.ActivityQuery{
		Account: session.Account,
		BotID:   s.cfg.Bot.ID(),
		Since:   s.cfg.Now().Add(-users.ActivityKept),
		Before:  before,
		Limit:   activityPerPage,
	})
	if err != nil {
		return err
	}
	data := activityPage{
		Page:   s.newPage(c),
		Kept:   users.ActivityKept,
		Newest: before != users.ActivityCursor{},
	}
	if found.Next != (users.ActivityCursor{}) {
		data.Older = found.Next.String()
	}
	for _, happened := range found.Entries {
		data.Entries = append(data.Entries, newActivityItem(happened))
	}
	s.render(c, http.StatusOK, "activity", data)
	return nil
}

func newActivityItem(a users.Activity) activityItem {
	item := activityItem{
		Kind:      string(a.Kind),
		Detail:    a.Detail,
		Device:    a.Device,
		HasDevice: a.Kind == users.ActivitySignedIn || a.Device != users.Device{},
		At:        a.At,
	}
	if a.Kind == users.ActivityWriteAccess {
		item.Detail = string(a.WriteAccess) + "_" + string(a.Source)
	}
	return item
}
