package site

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"

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
	logField(c, slog.Int64("account_id", session.Account.ID))
	messages, err := s.messagesSection(c.Request.Context(), session.Account)
	if err != nil {
		return err
	}
	s.render(c, http.StatusOK, "account", accountPage{
		page:       s.newPage(c, "Your account"),
		Username:   session.Account.Profile.Username,
		TelegramID: session.Account.TelegramID,
		Since:      session.CreatedAt.UTC(),
		CreatedAt:  session.Account.CreatedAt.UTC(),
		Messages:   messages,
	})
	return nil
}

// signedIn returns who is signed in, and true. Nobody is led to log in, and back
// to the account; then there is nothing more to do.
func (s *Site) signedIn(c *gin.Context) (users.Session, bool, error) {
	session, err := s.visitor(c)
	if err != nil || !session.IsNobody() {
		return session, err == nil, err
	}
	c.Redirect(http.StatusSeeOther, "/login?next="+url.QueryEscape(AccountPath))
	return session, false, nil
}

// chatFromAccount is what the chat is told when it was opened from the account
// page. No login attempt has such a state.
const chatFromAccount = "account"

// messagesSection says what is known about the bot writing to the visitor.
func (s *Site) messagesSection(ctx context.Context, account users.Account) (messagesSection, error) {
	access, err := s.cfg.Bot.WriteAccess(ctx, account.TelegramID)
	if err != nil {
		return messagesSection{}, err
	}
	section := messagesSection{
		State:         string(access.State),
		Source:        string(access.Source),
		Since:         access.Since.UTC(),
		Notifications: account.Notifications,
	}
	section.Chat, _ = s.cfg.Bot.ChatLink(chatFromAccount)
	test, known, err := s.cfg.Sessions.Users.LastTestMessage(ctx, account.ID)
	if err != nil {
		return messagesSection{}, err
	}
	section.MayTest = s.cfg.Bot.MayTest(account, access) && !test.State.IsOpen()
	if known && s.cfg.Now().Sub(test.CreatedAt) < outcomeKept {
		section.Test = &testMessage{
			Open: test.State.IsOpen(), State: string(test.State), Reason: string(test.Reason), At: test.CreatedAt.UTC(),
		}
	}
	return section, nil
}
