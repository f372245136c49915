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

	errWebhookSecret = errors.New("update without the secret")
	errUpdateTooLong = errors.New("update too long")
	// To a preview crawler the address looks as if nobody had logged in.
	errPreviewCrawler = fmt.Errorf("preview crawler: %w", auth.ErrPlainVisit)
)

// refusal is what a visitor sees instead of what they asked for: never the text
// of an error, always the next step.
type refusal struct {
	err        error
	reason     string // For the log: a closed set of words.
	status     int
	title      string
	help       string
	loginLink  string // What the link to a new login is called; empty for no such link.
	account    bool   // The account is worth a try, though this request was not signed in.
	retryAfter string // Seconds.
}

// refusals is the whole mapping from errors to pages. A test fails when an
// error of package auth, bot or users is missing.
var refusals = []refusal{
	{
		err: auth.ErrPlainVisit, reason: "plain_visit", status: http.StatusOK,
		title:     "Telegram did not tell us who you are",
		help:      "That happens when you chose not to log in, and in some versions of the app. You can log in from the chat with our bot whenever you like.",
		loginLink: "Log in with Telegram", account: true,
	},
	{
		err: auth.ErrMalformed, reason: "malformed", status: http.StatusBadRequest,
		title:     "This is not a login link",
		help:      "The address is incomplete or was changed on its way. Please press the button in the chat once more, and do not copy the address by hand.",
		loginLink: "Get a new link",
	},
	{
		err: auth.ErrBadSignature, reason: "bad_signature", status: http.StatusForbidden,
		title:     "This login is not valid",
		help:      "The address does not carry Telegram’s signature for this site. Please press the button in the chat with our bot once more.",
		loginLink: "Get a new link",
	},
	{
		err: auth.ErrExpired, reason: "expired", status: http.StatusForbidden,
		title:     "This login link has expired",
		help:      "For your safety a link works for a few minutes only. Press the button in the chat once more to get a fresh one.",
		loginLink: "Get a new link",
	},
	{
		err: auth.ErrFromFuture, reason: "from_future", status: http.StatusForbidden,
		title:     "Our clock and Telegram’s do not agree",
		help:      "This login is dated in the future, so we cannot accept it. Please try again in a few minutes.",
		loginLink: "Try again",
	},
	{
		err: users.ErrLinkUsed, reason: "link_used", status: http.StatusConflict,
		title:     "This login link was used before",
		help:      "Each link works once. If it was you, a moment ago and in this browser, you are logged in already: open your account. Otherwise press the button in the chat once more to get a new link.",
		loginLink: "Get a new link", account: true,
	},
	{
		err: auth.ErrNothingPending, reason: "nothing_pending", status: http.StatusConflict,
		title:     "There is no login to confirm",
		help:      "It was confirmed already, the page was open for too long, or another login was started meanwhile. You can simply start again.",
		loginLink: "Log in again", account: true,
	},
	{
		err: users.ErrUnavailable, reason: "unavailable", status: http.StatusServiceUnavailable,
		title:      "We cannot do that at this moment",
		help:       "Our database does not answer. Please try again in a few seconds; a login link from the chat stays good for some minutes.",
		retryAfter: "5",
	},
	{
		err: errPrefetch, reason: "prefetch", status: http.StatusServiceUnavailable,
		title: "Not now",
		help:  "This address does its work only when you open it yourself.",
	},
	{
		err: errNotAVisit, reason: "not_a_visit", status: http.StatusForbidden,
		title: "This address is for visiting",
		help:  "Another page tried to load the login address as a part of itself. Nothing has happened.",
	},
	{
		err: errCrossOrigin, reason: "cross_origin", status: http.StatusForbidden,
		title: "This came from another site",
		help:  "Forms of this site can be sent from its own pages only. Nothing has happened; please go to the page and try again.",
	},
	{
		err: errBadForm, reason: "bad_form", status: http.StatusBadRequest,
		title: "We could not read that",
		help:  "The form did not arrive whole. Please go back and send it again.",
	},
	{
		err: errNotFound, reason: "not_found", status: http.StatusNotFound,
		title: "There is no such page",
		help:  "The address may be mistyped, or the page is gone.",
	},
	{
		err: errMethod, reason: "method", status: http.StatusMethodNotAllowed,
		title: "That does not work here",
		help:  "This address does not take that kind of request.",
	},
	{
		err: errWebhookSecret, reason: "webhook_secret", status: http.StatusUnauthorized,
		title: "This address is for Telegram",
		help:  "Updates of the bot are taken from who shows the secret of the webhook. Nothing has happened.",
	},
	{
		err: errUpdateTooLong, reason: "update_too_long", status: http.StatusRequestEntityTooLarge,
		title: "That is too long",
		help:  "No update of the bot has that length. Nothing has happened.",
	},
	{
		err: bot.ErrBadUpdate, reason: "bad_update", status: http.StatusBadRequest,
		title: "That is not an update",
		help:  "What came is not an update of the Bot API. Nothing has happened.",
	},
	{
		err: errNotReady, reason: "not_ready", status: http.StatusServiceUnavailable,
		title: "Not ready", help: "The site cannot do its work at the moment.", retryAfter: "5",
	},
}

// internalError is for everything that is not in the table.
var internalError = refusal{
	reason: "internal", status: http.StatusInternalServerError,
	title: "Something went wrong on our side",
	help:  "It was not your fault, and it is noted down. Please try again in a moment; if you ask us about it, name the request below.",
}

func refusalFor(err error) refusal {
	for _, r := range refusals {
		if errors.Is(err, r.err) {
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
