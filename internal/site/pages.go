package site

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

const siteName = "Log in with Telegram"

// page is what the layout shows on every page.
type page struct {
	Title     string // In the browser's tab.
	Heading   string
	Person    string // Who is signed in; empty for nobody.
	Greeting  bool   // The first page after a sign-in says so, whatever it is (R7).
	RequestID string
}

type homePage struct{ page }

type loginPage struct {
	page
	Chat     string // Address of the chat with the bot; empty while it is not known.
	Continue string // Where to go instead of logging in once more.
}

type confirmPage struct {
	page
	Name        string // Whom the link would sign in.
	Username    string
	PendingID   string
	SomeoneElse bool // Who is signed in now is another.
}

type accountPage struct {
	page
	Username   string
	TelegramID int64
	Since      time.Time // This session.
	CreatedAt  time.Time // The account.
	Messages   messagesSection
}

// messagesSection is what the account page says about the bot writing to the
// visitor. State, Source and Reason are the words of package users.
type messagesSection struct {
	State         string
	Source        string
	Since         time.Time
	Chat          string // Address of the chat; empty while it is not known.
	Notifications bool
	MayTest       bool         // A test message could be sent now.
	Test          *testMessage // The last one; nil for none.
}

type testMessage struct {
	Open   bool // It is not known yet what becomes of it.
	State  string
	Reason string
	At     time.Time
}

type refusalPage struct {
	page
	Help      string
	LoginLink string // What the link to a new login is called; empty for no such link.
	Account   bool   // Offer the account also to who is not signed in here.
}

// newPage fills what the layout needs from what is known of the visitor.
func (s *Site) newPage(c *gin.Context, heading string) page {
	p := page{Title: siteName, Heading: heading, RequestID: c.GetString(requestIDKey)}
	if heading != siteName {
		p.Title = heading + " · " + siteName
	}
	if session, _ := knownVisitor(c); !session.IsNobody() {
		p.Person = session.Account.Name()
		p.Greeting = s.takeGreeting(c)
	}
	return p
}

// render sends a page whole or not at all: it is made before the status is sent.
func (s *Site) render(c *gin.Context, status int, name string, data any) {
	body, err := s.pages.Render(name, data)
	if err != nil {
		logField(c, slog.String("error", err.Error()))
		status, body = http.StatusInternalServerError, s.lastResort
	}
	c.Data(status, "text/html; charset=utf-8", body)
}
