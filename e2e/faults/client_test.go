package faults_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// newClient follows no redirect, keeps no cookie, and waits longer than any
// answer of the site may take.
func newClient(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 500, MaxConnsPerHost: 500}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       30 * time.Second,
	}
}

// answer is what a visitor got, read to the end.
type answer struct {
	status int
	header http.Header
	page   string
	lost   bool // There was none, or only a part.
}

// sessionCookie returns the cookie of the session that an answer starts, or "".
func (a answer) sessionCookie() string {
	response := http.Response{Header: a.header}
	for _, cookie := range response.Cookies() {
		if cookie.Name == "session" && cookie.MaxAge > 0 {
			return cookie.Value
		}
	}
	return ""
}

// leadsTo reports whether the answer sends the visitor on to a path.
func (a answer) leadsTo(path string) bool {
	location, err := url.Parse(a.header.Get("Location"))
	return a.status == http.StatusSeeOther && err == nil && location.Path == path
}

// visit is a request as a browser of today sends it, by way of the balancer.
type visit struct {
	method string
	path   string
	cookie string // Of a session.
	client string // Address of the visitor.
	// hostile visitors have connections of their own: nobody else queues behind
	// them on our side.
	hostile bool
	body    string
	header  http.Header
}

// askCopy is ask without the balancer: of one copy.
func (w *world) askCopy(c *siteCopy, v visit) answer { return w.askAt(c.address, v) }

// ask sends a request to the balancer.
func (w *world) ask(v visit) answer { return w.askAt(w.balancer.address, v) }

// askAt sends a request and checks what holds for every answer, whatever it is:
// the headers (I14), and that no secret is in it (I10).
func (w *world) askAt(address string, v visit) answer {
	request, err := http.NewRequest(v.method, "http://"+address+v.path, strings.NewReader(v.body))
	if err != nil {
		panic(err) // Our own addresses.
	}
	if v.header != nil {
		request.Header = v.header
	}
	request.Host = strings.TrimPrefix(w.publicURL(), "http://")
	request.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	request.Header.Set(clientHeader, v.client)      // For the balancer, which says it to a copy,
	request.Header.Set("X-Forwarded-For", v.client) // as we do who ask it ourselves.
	if v.cookie != "" {
		request.AddCookie(&http.Cookie{Name: "session", Value: v.cookie})
	}
	client := w.client
	if v.hostile {
		client = w.strangers
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{lost: true}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.Header.Get(noAnswerHeader) != "" {
		return answer{lost: true}
	}
	a := answer{status: response.StatusCode, header: response.Header, page: string(body)}
	if err := w.check(a, v); err != nil {
		w.history.problem(err.Error())
	}
	return a
}

// mustHaveHeaders are on each answer of the site, that to a broken database
// included (I14, ASVS 3.4).
var mustHaveHeaders = []string{
	"Content-Security-Policy", "Permissions-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy",
	"Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Cache-Control", "X-Request-Id",
}

func (w *world) check(a answer, v visit) error {
	path, query, _ := strings.Cut(v.path, "?")
	var problems []error
	for _, name := range mustHaveHeaders {
		if a.header.Get(name) == "" {
			problems = append(problems, fmt.Errorf("I14: %s %s answers %d without %s", v.method, path, a.status, name))
		}
	}
	if a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") == "" {
		problems = append(problems, fmt.Errorf("%s %s answers 503 without Retry-After", v.method, path))
	}
	shown := a.page + a.header.Get("Location")
	for _, name := range w.secrets.in(shown) {
		problems = append(problems, fmt.Errorf("I10: %s %s shows the %s", v.method, path, name))
	}
	if hash := hashOf(query); hash != "" && strings.Contains(shown, hash) {
		problems = append(problems, fmt.Errorf("I10: %s %s shows the signature of the link", v.method, path))
	}
	for _, cookie := range []string{v.cookie, a.sessionCookie()} {
		if cookie != "" && strings.Contains(shown, cookie) {
			problems = append(problems, fmt.Errorf("I10: %s %s shows the cookie", v.method, path))
		}
	}
	return errors.Join(problems...)
}

func hashOf(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return values.Get("hash")
}
