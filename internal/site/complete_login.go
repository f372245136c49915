package site

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/metrics"
)

// completeLogin is where Telegram sends the browser after the person agreed:
// GET /login/telegram?id=…&hash=….
func (s *Site) completeLogin(c *gin.Context) error {
	// Whatever happens, the address with the signed data goes nowhere (T03).
	c.Header("Referrer-Policy", "no-referrer")
	c.Header("Vary", "Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest, Sec-Purpose, Purpose, Cookie, Accept-Language")
	if err := refuseUnlessVisit(c.Request); err != nil {
		return err
	}
	if err := s.refuseIfFailedTooOften(c, s.limits.login); err != nil {
		return err
	}
	outcome, err := s.cfg.Login.Arrive(c.Request.Context(), c.Request.URL.RawQuery, s.browser(c))
	if signed := outcome.Identity.AuthDate; !signed.IsZero() {
		s.cfg.Metrics.AssertionAge(s.cfg.Now().Sub(signed))
	}
	s.countUnlessSignedIn(c, s.limits.login, outcome, err)
	if errors.Is(err, auth.ErrBadSignature) && s.diagnoses.Allow() {
		logField(c, slog.String("diagnosis", string(s.cfg.Login.Verifier.Diagnose(c.Request.URL.RawQuery))))
	}
	return s.finishLogin(c, outcome, err)
}

// confirmLogin is the answer to the confirm page: POST /login/confirm.
func (s *Site) confirmLogin(c *gin.Context) error {
	if err := s.refuseIfFailedTooOften(c, s.limits.confirm); err != nil {
		return err
	}
	if err := c.Request.ParseForm(); err != nil {
		s.countUnlessSignedIn(c, s.limits.confirm, auth.Outcome{}, err)
		return errBadForm
	}
	pending := s.cookies.progress(c.Request).pending
	outcome, err := s.cfg.Login.Confirm(c.Request.Context(), pending, c.Request.PostForm.Get("pending"), s.browser(c))
	s.countUnlessSignedIn(c, s.limits.confirm, outcome, err)
	if errors.Is(err, auth.ErrNothingPending) {
		// The second click of two: the first has signed in, and this is the page
		// that has to say so (R7).
		if _, lookupErr := s.visitor(c); lookupErr != nil {
			return lookupErr
		}
		return err
	}
	return s.finishLogin(c, outcome, err)
}

// finishLogin turns an outcome into a response.
func (s *Site) finishLogin(c *gin.Context, outcome auth.Outcome, err error) error {
	if err != nil {
		rememberVisitor(c, outcome.Current)
		return err
	}
	switch outcome.Step {
	case auth.ConfirmFirst:
		return s.askToConfirm(c, outcome)
	case auth.AlreadySignedIn:
		logField(c, slog.String("login", "already_signed_in"))
		s.cfg.Metrics.Login(metrics.AlreadySignedIn, "")
		c.Redirect(http.StatusSeeOther, cmp.Or(outcome.Next, AccountPath))
	case auth.SignedIn:
		s.noteSignIn(c, outcome)
		if err := s.cookies.setToken(c.Request, c.Writer, outcome.Token); err != nil {
			return err
		}
		if err := s.setProgress(c, afterLogin(outcome)); err != nil {
			return err
		}
		c.Redirect(http.StatusSeeOther, afterSignIn(outcome.Next)) // Takes the signed data out of the address bar (R8).
	}
	return nil
}

func (s *Site) noteSignIn(c *gin.Context, outcome auth.Outcome) {
	who := []slog.Attr{
		slog.Int64("account_id", outcome.Session.Account.ID), slog.String("session_id", outcome.Session.ID.String()),
	}
	logField(c, append(who, slog.String("login", "signed_in"))...)
	s.note(c, eventLoginSuccess, append(who, slog.String("method", string(outcome.Session.Method)))...)
	if outcome.Approval != (auth.Approval{}) {
		s.note(c, eventStepUpSuccess, append(who, slog.String("purpose", string(outcome.Approval.Purpose)))...)
	}
	s.cfg.Metrics.Login(metrics.SignedIn, "")
	s.cfg.Metrics.Sessions(metrics.SessionStarted, 1)
	s.cfg.Metrics.Sessions(metrics.SessionOverLimit, outcome.Evicted)
}

// afterLogin is what the login cookie carries on: the proof that was asked for, on
// whose page the person is named, or else a greeting.
func afterLogin(outcome auth.Outcome) loginProgress {
	if outcome.Approval != (auth.Approval{}) {
		return loginProgress{approval: outcome.Approval}
	}
	return loginProgress{greeting: true}
}

func (s *Site) askToConfirm(c *gin.Context, outcome auth.Outcome) error {
	logField(c, slog.String("login", "confirm_shown"))
	s.cfg.Metrics.Login(metrics.ConfirmShown, "")
	rememberVisitor(c, outcome.Current)
	if err := s.setProgress(c, loginProgress{pending: outcome.Pending}); err != nil {
		return err
	}
	name := outcome.Identity.Name()
	s.render(c, http.StatusOK, "confirm", confirmPage{
		Page:        s.newPage(c),
		Name:        name,
		NewAvatar:   newAvatar(outcome.Identity.Profile, outcome.Identity.TelegramID),
		Username:    outcome.Identity.Profile.Username,
		PendingID:   outcome.Pending.ID,
		SomeoneElse: outcome.Current.Account.TelegramID != outcome.Identity.TelegramID,
	})
	return nil
}

func (s *Site) browser(c *gin.Context) auth.Browser {
	return auth.Browser{
		Token:         s.cookies.token(c.Request),
		Attempt:       s.cookies.progress(c.Request).attempt,
		FromOtherSite: fromOtherSite(c.Request),
		Device:        deviceOf(c.Request.UserAgent()),
	}
}

// fromOtherSite reports whether a page of another web site caused the visit
// (R7). Native apps and typed addresses say "none", and old browsers nothing.
//
// Source: https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
func fromOtherSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin", "same-site":
		return false
	}
	return true
}

// refuseUnlessVisit lets through what a person opened, or seems to have (R6).
// Nothing else may use a link up.
func refuseUnlessVisit(r *http.Request) error {
	for _, header := range []string{"Sec-Purpose", "Purpose"} {
		if isPrefetch.MatchString(r.Header.Get(header)) {
			return errPrefetch // Not a 2xx: that could be shown later as if visited.
		}
	}
	mode, dest := r.Header.Get("Sec-Fetch-Mode"), r.Header.Get("Sec-Fetch-Dest")
	if (mode != "" && mode != "navigate") || (dest != "" && dest != "document") {
		return errNotAVisit
	}
	if isPreviewCrawler(r.UserAgent()) {
		return errPreviewCrawler
	}
	return nil
}

var isPrefetch = regexp.MustCompile(`(?i)\b(prefetch|prerender|preview)\b`)

// previewCrawlers are in the User-Agent of programs that fetch addresses out of
// messages to show a preview. Telegram's own calls itself "TelegramBot (like
// TwitterBot)".
var previewCrawlers = []string{
	"telegrambot", "twitterbot", "facebookexternalhit", "whatsapp", "slackbot", "discordbot", "linkedinbot",
	"skypeuripreview", "vkshare", "applebot", "googlebot", "bingbot", "yandexbot", "embedly", "iframely", "pinterestbot",
}

func isPreviewCrawler(userAgent string) bool {
	userAgent = strings.ToLower(userAgent)
	return slices.ContainsFunc(previewCrawlers, func(name string) bool { return strings.Contains(userAgent, name) })
}
