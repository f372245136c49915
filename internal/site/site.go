package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/metrics"
	"example.com/telegram-login/web"
)

// Config says what a [Site] is made of. Every field is required but
// WebhookSecrets, TrustedProxies and Metrics.
type Config struct {
	Login    *auth.Login
	Sessions *auth.Sessions
	// PublicURL is the site's address as visitors see it. No address is ever
	// made from what a request says about its host.
	PublicURL *url.URL
	// SessionKeys sign and encrypt the cookies, the newest first. Each has at
	// least 32 bytes.
	SessionKeys [][]byte
	// Bot is who people log in through, and who writes to them.
	Bot *bot.Bot
	// WebhookSecrets are the secrets of which one has to come with each update;
	// with none of them, the site takes no updates.
	WebhookSecrets []string
	// Ready reports whether the site can do its work.
	Ready func(ctx context.Context) error
	// Timeout is how long a request may wait for the database.
	Timeout time.Duration
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []string
	Metrics        *metrics.Metrics // Nil to count for nobody.
	Now            func() time.Time
	Log            *slog.Logger
}

// LoginPath receives the signed data, below the public address.
const LoginPath = "/login/telegram"

const confirmLoginPath = "/login/confirm"

// Site answers visitors. It is safe for concurrent use.
type Site struct {
	cfg       Config
	pages     *web.Pages
	static    *web.Static
	cookies   *cookies
	crossSite *http.CrossOriginProtection
	diagnoses *rate.Limiter
	limits    rateLimits
	refusals  refusalPages
	headers   http.Header // Of every response.
	// qrCode is the one that was drawn last: the address of the chat changes
	// hardly ever, and drawing takes longer than the whole page.
	qrCode atomic.Pointer[qrCode]
	warned atomic.Bool // Of a proxy that is not trusted.
}

// New returns a site, or an error that names what cannot work.
func New(cfg Config) (*Site, error) {
	if slices.Contains(cfg.WebhookSecrets, "") {
		return nil, errors.New("a webhook secret is empty: anybody would know it")
	}
	if cfg.Metrics == nil {
		cfg.Metrics = metrics.New()
	}
	static, err := web.NewStatic()
	if err != nil {
		return nil, err
	}
	pages, err := web.ParsePages(static)
	if err != nil {
		return nil, err
	}
	cookies, err := newCookies(cfg.SessionKeys, cfg.PublicURL.Scheme == "https", cfg.Sessions.Lifetime)
	if err != nil {
		return nil, err
	}
	crossSite := http.NewCrossOriginProtection()
	if err := crossSite.AddTrustedOrigin(cfg.PublicURL.Scheme + "://" + cfg.PublicURL.Host); err != nil {
		return nil, fmt.Errorf("trust our own origin: %w", err)
	}
	s := &Site{
		cfg:       cfg,
		pages:     pages,
		static:    static,
		cookies:   cookies,
		crossSite: crossSite,
		headers:   securityHeaders(cfg.PublicURL.Scheme == "https"),
		// A diagnosis costs dozens of HMACs and is for the operator's eyes: a
		// few tell as much as a flood of them.
		diagnoses: rate.NewLimiter(rate.Every(time.Second), 10),
		limits:    newRateLimits(),
	}
	s.refusals, err = renderRefusals(pages)
	return s, err
}

// Handler lists every address of the site; there is no other place to look.
func (s *Site) Handler() (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode) // Debug mode prints to standard output.
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.RedirectTrailingSlash = false                                   // It would put a login link's query into another address.
	if err := r.SetTrustedProxies(s.cfg.TrustedProxies); err != nil { // gin's default believes everybody.
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	r.RemoteIPHeaders = []string{"X-Forwarded-For"} // Proxies hand on X-Real-IP, which is gin's too, as strangers wrote it.
	// The order matters: a refusal has to carry the headers, and the log line has
	// to see the status of all that comes after it.
	r.Use(knowRequest, s.setHeaders, s.recoverOutside, s.logRequest, s.recoverPanic, s.limitTime, s.limitQuery, s.limitBody, s.refuseCrossOrigin)

	s.page(r, homePath, s.showHome)
	s.page(r, "/privacy", s.showPrivacy)
	r.POST(languagePath, s.handle(s.setLanguage))

	s.page(r, startLoginPath, s.startLogin)
	r.GET(LoginPath, s.handle(s.completeLogin))
	r.POST(confirmLoginPath, s.handle(s.confirmLogin))
	r.GET(loginDonePath, s.handle(s.finishSignIn))
	r.POST("/logout", s.handle(s.logOut))

	s.page(r, AccountPath, s.showAccount)
	s.page(r, SessionsPath, s.showSessions)
	r.POST(endSessionPath, s.handle(s.endSession))
	r.POST(endOtherSessionsPath, s.handle(s.endOtherSessions))
	s.page(r, MessagesPath, s.showMessages)
	r.POST(notificationsPath, s.handle(s.setNotifications))
	r.POST(testMessagePath, s.handle(s.sendTestMessage))
	s.page(r, activityPath, s.showActivity)
	s.page(r, dataPath, s.showData)
	r.POST(downloadPath, s.handle(s.downloadData))
	s.page(r, deletePath, s.showDelete)
	r.POST(deletePath, s.handle(s.deleteAccount))
	s.page(r, deletedPath, s.showDeleted)

	if len(s.cfg.WebhookSecrets) > 0 {
		r.POST(WebhookPath, s.handle(s.receiveUpdate))
	}

	s.page(r, web.StaticPath+":file", s.serveStatic)
	s.page(r, "/livez", s.showAlive)
	s.page(r, "/readyz", s.showReady)

	r.NoRoute(s.handle(s.refuseAddress))
	r.NoMethod(s.handle(func(*gin.Context) error { return errMethod }))
	return r, nil
}

// page registers an address that may also be asked for its headers only. The
// address that receives a login may not: HEAD must use nothing up (R6).
func (s *Site) page(r *gin.Engine, path string, h func(*gin.Context) error) {
	r.GET(path, s.handle(h))
	r.HEAD(path, s.handle(h))
}
