package site_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/site"
	"example.com/telegram-login/internal/users"
)

// newHandler is a whole site whose database is away: what a stranger can have it do
// must not need one (R10).
func newHandler(b *testing.B) http.Handler {
	b.Helper()
	db, err := pgxpool.New(b.Context(), "postgres://nobody@127.0.0.1:1/nowhere")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(db.Close)
	log := slog.New(slog.NewJSONHandler(io.Discard, nil)) //nolint:sloglint // What a line costs is to be measured.
	store := users.NewStore(db)
	verifier, err := auth.NewVerifier(auth.VerifierConfig{Tokens: []string{botToken}, MaxAge: 5 * time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	theBot, err := bot.New(bot.Config{
		Token: botToken, Username: botUsername, APIURL: "http://127.0.0.1:1", LinkURL: "https://t.me",
		LoginURL: "http://localhost/login/telegram", Users: store, Queue: db, Lease: time.Minute, SendTimeout: time.Minute,
		Now: time.Now, Log: log,
	})
	if err != nil {
		b.Fatal(err)
	}
	sessions := &auth.Sessions{Users: store, Now: time.Now, Lifetime: 720 * time.Hour, Idle: 168 * time.Hour, Log: log}
	s, err := site.New(site.Config{
		Login:       &auth.Login{Verifier: verifier, Users: store, Sessions: sessions, Now: time.Now, Log: log},
		Sessions:    sessions,
		PublicURL:   &url.URL{Scheme: "http", Host: "localhost"},
		SessionKeys: [][]byte{sessionKey},
		Bot:         theBot,
		Ready:       func(context.Context) error { return nil },
		Timeout:     time.Second,
		Now:         time.Now,
		Log:         log,
	})
	if err != nil {
		b.Fatal(err)
	}
	handler, err := s.Handler()
	if err != nil {
		b.Fatal(err)
	}
	return handler
}

// nobody takes an answer and keeps its status only.
type nobody struct {
	header http.Header
	status int
}

func (n *nobody) Header() http.Header         { return n.header }
func (n *nobody) Write(b []byte) (int, error) { return len(b), nil }
func (n *nobody) WriteHeader(status int)      { n.status = status }

// BenchmarkStrangers is what anybody can have the site do without having an
// account; none of it may become dear.
func BenchmarkStrangers(b *testing.B) {
	handler := newHandler(b)
	forged := "/login/telegram?id=42&first_name=Anna&last_name=Petrova&username=anna&auth_date=1800000000&" +
		"photo_url=https%3A%2F%2Ft.me%2Fi%2Fuserpic%2F320%2Fx.jpg&" +
		"hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	const madeUp = "session=MTc2NDE1ODAwMHxBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBPXwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	for name, c := range map[string]struct {
		path, cookie string
		status       int
	}{
		"badSignature": {forged, "", http.StatusForbidden},
		"randomCookie": {"/account", madeUp, http.StatusSeeOther},
		"plainVisit":   {"/login/telegram", "", http.StatusOK},
		"noAddress":    {"/nowhere", "", http.StatusNotFound},
	} {
		b.Run(name, func(b *testing.B) {
			request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, c.path, nil)
			if err != nil {
				b.Fatal(err)
			}
			request.Body = http.NoBody
			request.Header = http.Header{
				"Accept-Language": {"en-US,en;q=0.9"}, "Sec-Fetch-Site": {"none"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"},
				"User-Agent": {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"},
			}
			if c.cookie != "" {
				request.Header.Set("Cookie", c.cookie)
			}
			// Each comes from another client, or the limits would answer.
			clients := make([]string, 20_000)
			for i := range clients {
				clients[i] = fmt.Sprintf("10.0.%d.%d:1234", i/256, i%256)
			}
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				request.RemoteAddr = clients[i%len(clients)]
				i++
				w := &nobody{header: make(http.Header, 20)}
				handler.ServeHTTP(w, request)
				if w.status != c.status {
					b.Fatalf("status %d, want %d", w.status, c.status)
				}
			}
		})
	}
}
