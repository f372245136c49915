package app_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg/pgtest"
)

// The promise of R5, at its hardest: the two copies share nothing but the
// database.
func TestRun_ofManyUsesOfOneLinkOnTwoCopiesExactlyOneSignsIn(t *testing.T) {
	t.Parallel()
	const requests = 1000
	databaseURL := pgtest.URL(t)
	var copies []running
	for range 2 {
		cfg := config(t, databaseURL)
		cfg.TrustedProxies = []string{"127.0.0.0/8"} // Each visitor has an address, and so a limit, of their own.
		copies = append(copies, start(t, cfg))
	}
	path := loginPath()
	client := browser(t)

	var (
		wg       sync.WaitGroup
		mu       sync.Mutex
		statuses = make(map[int]int)
		sessions int
		together = make(chan struct{})
	)
	for i := range requests {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, copies[i%len(copies)].url+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Forwarded-For", fmt.Sprintf("198.18.%d.%d", i/250, i%250))
		wg.Go(func() {
			<-together
			response, err := client.Do(request)
			// On a machine that is busy with other tests the database may take too
			// long, and the visitor is asked to come again.
			for err == nil && response.StatusCode == http.StatusServiceUnavailable {
				response.Body.Close()
				response, err = client.Do(request)
			}
			if err != nil {
				t.Errorf("request %d: %v", i, err)
				return
			}
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			statuses[response.StatusCode]++
			if sessionCookie(response.Cookies()) != nil {
				sessions++
			}
		})
	}
	close(together)
	wg.Wait()

	want := map[int]int{http.StatusSeeOther: 1, http.StatusConflict: requests - 1}
	if !maps.Equal(statuses, want) {
		t.Errorf("statuses: %v, want %v", statuses, want)
	}
	if rows := count(t, databaseURL, "sessions"); sessions != 1 || rows != 1 {
		t.Errorf("%d sessions were given to browsers and %d stand in the database, want one", sessions, rows)
	}
}

// count returns the number of rows of a table.
func count(t *testing.T, databaseURL, table string) int {
	t.Helper()
	conn := connect(t, databaseURL)
	var n int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM `+pgx.Identifier{table}.Sanitize()).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func connect(t *testing.T, databaseURL string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

// change changes the database behind the site.
func change(t *testing.T, databaseURL, statement string) {
	t.Helper()
	if _, err := connect(t, databaseURL).Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
