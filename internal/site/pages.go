package site

import (
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/users"
	"example.com/telegram-login/web"
)

// page is what the layout shows on every page. It is a named field of the others, because
// templates look for what is in an embedded one again and again, and slowly.
type page struct {
	Person    string // Who is signed in; empty for nobody.
	Avatar    avatar
	Greeting  bool   // The first page after a sign-in says so, whatever it is (R7).
	Here      string // Where to come back to after choosing a language; empty for no choice.
	RequestID string
	Now       time.Time
}

type homePage struct {
	Page page
	QR   *qrCode // Nil while the way to the chat is not known.
}

type loginPage struct {
	Page     page
	Chat     string // Address of the chat with the bot; empty while it is not known.
	QR       *qrCode
	Continue string // Where to go instead of logging in once more.
}

type confirmPage struct {
	Page        page
	Name        string // Whom the link would sign in.
	Username    string
	NewAvatar   avatar
	PendingID   string
	SomeoneElse bool // Who is signed in now is another.
}

type accountPage struct {
	Page       page
	Profile    users.Profile
	TelegramID int64
	ProfileAt  time.Time
	CreatedAt  time.Time // The account.
	Since      time.Time // This session.
}

type sessionsPage struct {
	Page     page
	Ended    int // How many the form before this page ended.
	Sessions []sessionItem
	Others   bool
}

type sessionItem struct {
	ID         string
	Current    bool
	Device     users.Device
	Method     string // A word of package users; empty for unknown.
	CreatedAt  time.Time
	LastSeenAt time.Time
}

// messagesPage is what the account says about the bot writing to the visitor.
// State, Source and Reason are the words of package users.
type messagesPage struct {
	Page          page
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

type activityPage struct {
	Page    page
	Kept    time.Duration
	Entries []activityItem
	Newest  bool   // Offer the way back to the newest.
	Older   string // Where the older ones begin; empty for none.
}

type activityItem struct {
	Kind      string
	Detail    string // A word of package users; empty for none.
	Device    users.Device
	HasDevice bool
	At        time.Time
}

type dataPage struct{ Page page }

type deletePage struct {
	Page       page
	Approved   bool // A fresh login has proved who asks (T27).
	ApprovedAt time.Time
	Chat       string
}

type deletedPage struct {
	Page page
	users.Deleted
}

type privacyPage struct {
	Page      page
	Stored    []storedItem
	LinksKept time.Duration
	Cookies   []cookieItem
}

type storedItem struct {
	Table   string
	Columns []string
	Kept    time.Duration // Zero for as long as the account.
}

type cookieItem struct {
	Cookie  string // Its name.
	Purpose string
	Kept    time.Duration
}

type refusalPage struct {
	Page      page
	Reason    string
	LoginLink string // What the link to a new login says; empty for no such link.
	Account   bool   // Offer the account also to who is not signed in here.
}

// newPage fills what the layout needs from what is known of the visitor.
func (s *Site) newPage(c *gin.Context) page {
	p := page{Here: here(c), RequestID: knownOf(c).id, Now: s.cfg.Now()}
	if session, _ := knownVisitor(c); !session.IsNobody() {
		p.Person = session.Account.Name()
		p.Avatar = newAvatar(session.Account.Profile, session.Account.TelegramID)
		p.Greeting = s.takeGreeting(c)
	}
	return p
}

// render sends a page whole or not at all: it is made before the status is sent.
func (s *Site) render(c *gin.Context, status int, name string, data any) {
	language := s.language(c)
	body, err := s.pages.Render(language.Code, name, data)
	if err != nil {
		logField(c, slog.String("error", err.Error()))
		lastResort := s.refusals[refusalKey{language.Code, internalError.reason}]
		status, body = http.StatusInternalServerError, lastResort.withID(knownOf(c).id)
	}
	s.send(c, status, language, body)
}

func (s *Site) send(c *gin.Context, status int, language web.Language, body []byte) {
	if c.Writer.Header().Get("Vary") == "" {
		c.Header("Vary", "Accept-Language, Cookie")
	}
	c.Header("Content-Language", language.Code)
	c.Header("Content-Length", strconv.Itoa(len(body))) // Longer ones would be sent in chunks.
	c.Data(status, "text/html; charset=utf-8", body)
}
