package peers_test

import (
	"context"
	"flag"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg/pgtest"
)

var withPeers = flag.Bool("peers", false, "start the peers, which have to be installed")

// What is measured has to be a login: a person, a session, and a page that knows who
// asks for it. And a peer that takes any link would be faster than one that looks.
func TestPeer_signsInWhoComesWithAGoodLink(t *testing.T) {
	t.Parallel()
	if !*withPeers {
		t.Skip(`the peers are not installed for tests: bench/peers/install, then "go test ./bench/peers -peers"`)
	}
	for _, p := range readPeers(t) {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			versions, err := exec.CommandContext(t.Context(), p.program("check")).Output()
			if err != nil {
				t.Fatalf("not installed (%s): %v", p.program("install"), err)
			}
			t.Logf("%s", versions)
			databaseURL := pgtest.Empty(t)
			r := running{p, p.start(t, databaseURL), connect(t, databaseURL)}
			r.refusesForgedLinks(t)
			r.signsIn(t)
		})
	}
}

// running is a peer that has been started.
type running struct {
	peer
	address string
	db      *pgx.Conn
}

func (r running) refusesForgedLinks(t *testing.T) {
	t.Helper()
	link := signed(42, "Anna", time.Now())
	for _, forged := range []string{strings.Replace(link, "Anna", "Berta", 1), link[:len(link)-1] + "g"} {
		// The benchmark tells a login by both.
		if a := r.get(t, r.Login+"?"+forged); a.status == r.Status && len(a.cookies) > 0 {
			t.Errorf("a forged link was answered as a login is: %+v", a)
		}
	}
	r.expectRows(t, 0, 0)
	if a := r.get(t, r.Page); a.status != http.StatusUnauthorized {
		t.Errorf("the page answers %d to a stranger, want 401", a.status)
	}
}

func (r running) signsIn(t *testing.T) {
	t.Helper()
	for i := range 3 { // The second and third time as somebody who is known.
		a := r.get(t, r.Login+"?"+signed(42, "Anna", time.Now()))
		if a.status != r.Status || len(a.cookies) == 0 {
			t.Fatalf("login %d: status %d and %d cookies, want %d and a cookie", i+1, a.status, len(a.cookies), r.Status)
		}
		r.expectRows(t, 1, i+1)
		page := r.get(t, r.Page, a.cookies...)
		if page.status != http.StatusOK || !strings.Contains(page.body, "Anna") {
			t.Errorf("login %d: the page is answered with %+v", i+1, page)
		}
	}
}

type answer struct {
	status  int
	cookies []*http.Cookie
	body    string
}

func (r running) get(t *testing.T, path string, cookies ...*http.Cookie) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range cookies {
		request.AddCookie(cookie)
	}
	response, err := http.DefaultTransport.RoundTrip(request) // Redirects are looked at, not followed.
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Cookies(), string(body)}
}

func connect(t *testing.T, databaseURL string) *pgx.Conn {
	t.Helper()
	db, err := pgx.Connect(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close(context.WithoutCancel(t.Context())) })
	return db
}

func (r running) expectRows(t *testing.T, people, sessions int) {
	t.Helper()
	for table, want := range map[string]int{r.People: people, r.Sessions: sessions} {
		var got int
		if err := r.db.QueryRow(t.Context(), "SELECT count(*) FROM "+pgx.Identifier{table}.Sanitize()).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%d rows in %s, want %d", got, table, want)
		}
	}
}
