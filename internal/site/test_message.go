package site

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/users"
)

const testMessagePath = AccountPath + "/test-message"

const (
	// outcomePatience is how long the answer waits for what becomes of the message,
	// so that the next page tells it without JavaScript.
	outcomePatience = 2 * time.Second
	outcomePause    = 100 * time.Millisecond
	// outcomeKept is how long the page tells of a test message.
	outcomeKept = time.Hour
)

// sendTestMessage has the bot write to the visitor, if it may: POST
// /account/test-message. What becomes of it stands on the page of messages.
func (s *Site) sendTestMessage(c *gin.Context) error {
	session, ok, err := s.signedIn(c)
	if !ok {
		return err
	}
	queued, err := s.cfg.Bot.SendTest(c.Request.Context(), session.Account)
	if err != nil {
		return err
	}
	state := users.MessageDropped
	if queued {
		state = s.awaitOutcome(c.Request.Context(), session.Account.ID)
	}
	logField(c, slog.String("test_message", string(state)))
	c.Redirect(http.StatusSeeOther, MessagesPath+"#test-message")
	return nil
}

// awaitOutcome returns the state of the newest test message when it is settled,
// or when patience ends. The page says what is known; nobody waits for more.
func (s *Site) awaitOutcome(ctx context.Context, accountID int64) users.MessageState {
	ctx, cancel := context.WithTimeout(ctx, outcomePatience)
	defer cancel()
	state := users.MessageQueued
	for {
		m, known, err := s.cfg.Sessions.Users.LastTestMessage(ctx, accountID)
		if err != nil || !known {
			return state
		}
		if state = m.State; !state.IsOpen() {
			return state
		}
		select {
		case <-ctx.Done():
			return state
		case <-time.After(outcomePause):
		}
	}
}
