package site

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// MessagesPath is the page about the bot writing to the visitor.
const MessagesPath = AccountPath + "/messages"

// chatFromAccount is what the chat is told when it was opened from the account.
// No login attempt has such a state.
const chatFromAccount = "account"

// showMessages says what is known about the bot writing to the visitor: GET
// /account/messages.
func (s *Site) showMessages(c *gin.Context) error {
	session, ok, err := s.signedIn(c)
	if !ok {
		return err
	}
	account := session.Account
	access, err := s.cfg.Bot.WriteAccess(c.Request.Context(), account.TelegramID)
	if err != nil {
		return err
	}
	test, known, err := s.cfg.Sessions.Users.LastTestMessage(c.Request.Context(), account.ID)
	if err != nil {
		return err
	}
	data := messagesPage{
		Page:          s.newPage(c),
		State:         string(access.State),
		Source:        string(access.Source),
		Since:         access.Since,
		Notifications: account.Notifications,
		MayTest:       s.cfg.Bot.MayTest(account, access) && !test.State.IsOpen(),
	}
	data.Chat, _ = s.cfg.Bot.ChatLink(chatFromAccount)
	if known && s.cfg.Now().Sub(test.CreatedAt) < outcomeKept {
		data.Test = &testMessage{
			Open: test.State.IsOpen(), State: string(test.State), Reason: string(test.Reason), At: test.CreatedAt,
		}
	}
	s.render(c, http.StatusOK, "messages", data)
	return nil
}
