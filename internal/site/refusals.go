package site

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/users"
)

// What the edge itself refuses.
var (
	errNotFound    = errors.New("no such address")
	errMethod      = errors.New("method not allowed here")
	errCrossOrigin = errors.New("form sent from another site")
	errPrefetch    = errors.New("login address prefetched")
	errNotAVisit   = errors.New("login address loaded as a part of a page")
	errBadForm     = errors.New("form cannot be read")
	errNotReady    = errors.New("not ready")
	errQueryLength = errors.New("query too long")

	errCookieNotKept = errors.New("cookie of a sign-in did not come back")

	errWebhookSecret = errors.New("update without the secret")
	errUpdateTooLong = errors.New("update too long")
	// To a preview crawler the address looks as if nobody had logged in.
	errPreviewCrawler = fmt.Errorf("preview crawler: %w", auth.ErrPlainVisit)
)

// refusal is what a visitor sees instead of what they asked for: never the text
// of an error, always the next step. Its words stand in web/messages, under the
// reason.
type refusal struct {
	err        error
	reason     string // For the log and the page: a closed set of words.
	status     int
	loginLink  string        // What the link to a new login says; empty for no such link.
	account    bool          // The account is worth a try, though this request was not signed in.
	retryAfter string        // Seconds.
	template   string        // A page of its own; empty for the usual one.
	event      securityEvent // What it is to the operator; empty for nothing.
}

// refusals is the whole mapping from errors to pages. A test fails when an
// error of package auth, bot or users is missing.
var refusals = []refusal{
	{err: auth.ErrPlainVisit, reason: "plain_visit", status: http.StatusOK, loginLink: "log_in", account: true},
	{err: auth.ErrMalformed, reason: "malformed", status: http.StatusBadRequest, loginLink: "new_link", event: eventLoginFail},
	{err: auth.ErrBadSignature, reason: "bad_signature", status: http.StatusForbidden, loginLink: "new_link", event: eventLoginFail},
	{err: auth.ErrExpired, reason: "expired", status: http.StatusForbidden, loginLink: "new_link", event: eventLoginFail},
	{err: auth.ErrFromFuture, reason: "from_future", status: http.StatusForbidden, loginLink: "try_again", event: eventLoginFail},
	{err: users.ErrLinkUsed, reason: "link_used", status: http.StatusConflict, loginLink: "new_link", account: true, event: eventLoginFail},
	{err: auth.ErrNothingPending, reason: "nothing_pending", status: http.StatusConflict, loginLink: "log_in_again", account: true, event: eventLoginFail},
	{err: users.ErrUnavailable, reason: "unavailable", status: http.StatusServiceUnavailable, retryAfter: "5"},

	{err: errCookieNotKept, reason: "cookie_not_kept", status: http.StatusBadRequest, template: "cookie_not_kept"},
	{err: errPrefetch, reason: "prefetch", status: http.StatusServiceUnavailable},
	{err: errNotAVisit, reason: "not_a_visit", status: http.StatusForbidden},
	{err: errCrossOrigin, reason: "cross_origin", status: http.StatusForbidden, event: eventCrossOrigin},
	{err: errTooMany, reason: "rate_limited", status: http.StatusTooManyRequests, event: eventTooMany},
	{err: errQueryLength, reason: "query_too_long", status: http.StatusRequestURITooLong},
	{err: errBadForm, reason: "bad_form", status: http.StatusBadRequest},
	{err: errNotFound, reason: "not_found", status: http.StatusNotFound},
	{err: errMethod, reason: "method", status: http.StatusMethodNotAllowed},
	{err: errNotReady, reason: "not_ready", status: http.StatusServiceUnavailable, retryAfter: "5"},

	{err: errWebhookSecret, reason: "webhook_secret", status: http.StatusUnauthorized, event: eventWebhookRefused},
	{err: errUpdateTooLong, reason: "update_too_long", status: http.StatusRequestEntityTooLarge},
	{err: bot.ErrBadUpdate, reason: "bad_update", status: http.StatusBadRequest},
}

// internalError is for everything that is not in the table.
var internalError = refusal{reason: "internal", status: http.StatusInternalServerError}

func refusalFor(err error) refusal {
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			if tooMany, ok := errors.AsType[*tooManyError](err); ok {
				r.retryAfter = tooMany.seconds()
			}
			return r
		}
	}
	return internalError
}

// refuseAddress answers for addresses that are not there. It looks the visitor
// up, because the first page after a sign-in says who is signed in even if next
// led nowhere (R7).
func (s *Site) refuseAddress(c *gin.Context) error {
	if _, err := s.visitor(c); err != nil {
		return err
	}
	return errNotFound
}

// reasonOf is the reason for the log; for malformed data it says what was wrong.
func reasonOf(err error, r refusal) string {
	if errors.Is(err, errPreviewCrawler) {
		return "preview_crawler"
	}
	if m, ok := errors.AsType[*auth.MalformedError](err); ok {
		return r.reason + ":" + string(m.Reason)
	}
	return r.reason
}
