package site_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"
)

// What differs from answer to answer whoever asks: random values, and the ids of requests and people.
var changing = regexp.MustCompile(`\b[0-9a-f]{16}\b|[A-Za-z0-9_-]{20,}|\b100[18]\b`)

// seen is everything of an answer that a visitor could tell people apart by.
func seen(a answer) string {
	var cookies []string
	for _, c := range a.Cookies() {
		cookies = append(cookies, fmt.Sprintf("%s %d %d", c.Name, c.MaxAge, len(c.Value)))
	}
	var headers []string
	for name := range a.Header {
		headers = append(headers, name)
	}
	slices.Sort(headers)
	text := changing.ReplaceAllString(a.location()+"\n"+a.body, "…")
	return fmt.Sprintf("%s\n%q\n%q\n%s", a.Status, headers, cookies, text)
}

// Whether somebody has an account is nobody's business (T18): a login is
// answered the same way for people whom the site knows and whom it does not,
// down to the last page before they are in.
func TestLogin_answersNewAndKnownPeopleAlike(t *testing.T) {
	t.Parallel()
	known, unknown := person{1001, "Sam"}, person{1008, "Sam"} // Of one name, and one colour.
	crossSite := http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}}
	for name, visit := range map[string]func(w *world, p person) answer{
		"a link that is too old": func(w *world, p person) answer { return w.newBrowser().arrive(w.query(p, time.Hour)) },
		"a forged link": func(w *world, p person) answer {
			query := w.query(p, 0)
			query.Set("hash", "00"+query.Get("hash")[2:])
			return w.newBrowser().arrive(query)
		},
		"a link without a signature": func(w *world, p person) answer {
			query := w.query(p, 0)
			query.Del("hash")
			return w.newBrowser().arrive(query)
		},
		"the confirm page": func(w *world, p person) answer {
			return w.newBrowser().send(http.MethodGet, "/login/telegram?"+w.query(p, 0).Encode(), crossSite, nil)
		},
		"a sign-in": func(w *world, p person) answer { return w.newBrowser().arrive(w.query(p, 0)) },
		"a used link": func(w *world, p person) answer {
			query := w.query(p, 0)
			w.newBrowser().arrive(query)
			return w.newBrowser().arrive(query)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.newBrowser().signIn(known)
			w.pass(time.Minute)
			if w.count("accounts WHERE telegram_id = 1001") != 1 || w.count("accounts WHERE telegram_id = 1008") != 0 {
				t.Fatal("one of them has an account, and the other has not")
			}
			if known, unknown := seen(visit(w, known)), seen(visit(w, unknown)); known != unknown {
				t.Errorf("who is known sees\n%s\nwho is not sees\n%s", known, unknown)
			}
		})
	}
}
