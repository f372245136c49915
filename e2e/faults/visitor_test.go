package faults_test

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// logIn opens a link, and records what came of it.
func (w *world) logIn(l link, client string, due time.Time) op {
	w.history.opening(l)
	o := op{kind: login, link: l.hash, due: due, start: time.Now()}
	a := w.ask(visit{method: http.MethodGet, path: l.path, client: client})
	o.end, o.status = time.Now(), a.status
	cookie := a.sessionCookie()
	switch {
	case a.status == http.StatusSeeOther && cookie != "":
		o.outcome = done
		o.session = &session{person: l.person, cookie: cookie}
	case a.status == http.StatusConflict && cookie == "":
		o.outcome = used
	default:
		o.outcome = w.outcome(a, "")
	}
	w.history.add(o)
	return o
}

// shownID finds whose account a page shows.
var shownID = regexp.MustCompile(`id="telegram-id"[^>]*>([0-9]+)<`)

// look asks for the account page of a session, and records who it shows.
func (w *world) look(s *session, client string, due time.Time) op {
	o := op{kind: look, session: s, due: due, start: time.Now()}
	a := w.ask(visit{method: http.MethodGet, path: "/account", cookie: s.cookie, client: client})
	o.end, o.status = time.Now(), a.status
	shown := shownID.FindStringSubmatch(a.page)
	switch {
	case a.status == http.StatusOK && shown != nil:
		o.outcome = done
		o.person, _ = strconv.ParseInt(shown[1], 10, 64)
	case a.leadsTo("/login"):
		o.outcome = signedOut
	default:
		o.outcome = w.outcome(a, strconv.FormatInt(s.person, 10))
	}
	w.history.add(o)
	return o
}

// logOut ends a session, and records whether that was acknowledged.
func (w *world) logOut(s *session, client string, due time.Time) op {
	o := op{kind: logout, session: s, due: due, start: time.Now()}
	a := w.ask(visit{
		method: http.MethodPost, path: "/logout", cookie: s.cookie, client: client,
		header: http.Header{"Sec-Fetch-Site": {"same-origin"}, "Content-Type": {"application/x-www-form-urlencoded"}},
	})
	o.end, o.status = time.Now(), a.status
	o.outcome = w.outcomeIf(a.leadsTo("/"), done, a)
	w.history.add(o)
	return o
}

// forge opens a link with a false signature.
func (w *world) forge(l link, client string, due time.Time) op {
	o := op{kind: forged, due: due, start: time.Now()}
	a := w.ask(visit{method: http.MethodGet, path: l.forged().path, client: client, hostile: true})
	o.end, o.status = time.Now(), a.status
	o.outcome = w.outcomeIf(a.status == http.StatusForbidden && a.sessionCookie() == "", refused, a)
	w.history.add(o)
	return o
}

// guess asks for the account page with a made-up cookie.
func (w *world) guess(client string, due time.Time) op {
	o := op{kind: random, due: due, start: time.Now()}
	made := make([]byte, 84)
	_, _ = rand.Read(made) // Never fails, says crypto/rand.
	cookie := base64.URLEncoding.EncodeToString(made)
	a := w.ask(visit{method: http.MethodGet, path: "/account", cookie: cookie, client: client, hostile: true})
	o.end, o.status = time.Now(), a.status
	o.outcome = w.outcomeIf(a.leadsTo("/login"), refused, a)
	w.history.add(o)
	return o
}

// outcomeIf is what was expected, if it came.
func (w *world) outcomeIf(came bool, expected outcome, a answer) outcome {
	if came {
		return expected
	}
	return w.outcome(a, "")
}

// outcome names the failures, which are the same for everything: never an
// identity (I5).
func (w *world) outcome(a answer, identity string) outcome {
	if identity != "" && a.status != http.StatusOK && shownID.MatchString(a.page) {
		w.history.problem("I5: an answer " + strconv.Itoa(a.status) + " shows an account")
	}
	switch {
	case a.lost:
		return noAnswer
	case a.status == http.StatusServiceUnavailable:
		return unavailable
	case a.status == http.StatusTooManyRequests:
		return limited
	default:
		w.history.problem("answer " + strconv.Itoa(a.status) + " where none such may be")
		return wrong
	}
}
