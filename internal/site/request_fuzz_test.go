package site_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/site"
	"example.com/telegram-login/internal/users"
)

// Whoever has neither a signed link nor a cookie of ours gets an answer without
// the database being asked (R10, T19): here is none, so that each query would be
// an error. The log has one line for each, and an address in it that is one.
func FuzzRequest_ofNobodyIsAnsweredWithoutADatabase(f *testing.F) {
	var log bytes.Buffer
	handler := siteWithoutDatabase(f, &log)
	for _, text := range requestSeeds {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(text)))
		if err != nil {
			return // net/http answers to it.
		}
		r.RemoteAddr = "192.0.2.1:1000"
		log.Reset()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if refusal := w.Header().Get(site.RefusalHeader); w.Code >= 500 && refusal != "prefetch" {
			t.Fatalf("%d %s\n%s", w.Code, refusal, log.String())
		}
		for _, cookie := range w.Result().Cookies() {
			if cookie.Name == "session" && cookie.MaxAge > 0 {
				t.Fatal("a session was started")
			}
		}
		if to, err := url.Parse(w.Header().Get("Location")); err != nil || to.IsAbs() || to.Host != "" {
			t.Fatalf("leads to %q", w.Header().Get("Location"))
		}
		mustBeOneLine(t, log.Bytes(), r)
	})
}

// mustBeOneLine reads the line of a request. The address in it is one, whoever
// says so.
func mustBeOneLine(t *testing.T, text []byte, r *http.Request) {
	t.Helper()
	var line struct {
		Msg      string `json:"msg"`
		Method   string `json:"method"`
		Route    string `json:"route"`
		ClientIP string `json:"client_ip"`
	}
	lines := 0
	for one := range bytes.Lines(text) {
		if err := json.Unmarshal(one, &line); err != nil {
			t.Fatalf("no JSON: %q", one)
		}
		if line.Msg == "request" {
			lines++
		}
	}
	if _, err := netip.ParseAddr(line.ClientIP); err != nil || lines != 1 {
		t.Fatalf("%d lines for %s: %s", lines, r.Method, text)
	}
}

// siteWithoutDatabase is a site whose database is nowhere.
func siteWithoutDatabase(f *testing.F, log *bytes.Buffer) http.Handler {
	f.Helper()
	db, err := pgxpool.New(f.Context(), "postgres://site@127.0.0.1:1/none")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(db.Close)
	store, now := users.NewStore(db), func() time.Time { return time.Unix(1_800_000_000, 0) }
	logger := slog.New(slog.NewJSONHandler(log, nil))
	verifier, err := auth.NewVerifier(auth.VerifierConfig{Tokens: []string{botToken}, MaxAge: 5 * time.Minute})
	if err != nil {
		f.Fatal(err)
	}
	address := &url.URL{Scheme: "http", Host: "127.0.0.1:8080"}
	w := world{store: store, db: db, publicURL: address}
	theBot, err := bot.New(w.botConfig())
	if err != nil {
		f.Fatal(err)
	}
	sessions := &auth.Sessions{Users: store, Now: now, Lifetime: 720 * time.Hour, Idle: 168 * time.Hour, Log: logger}
	s, err := site.New(site.Config{
		Login:    &auth.Login{Verifier: verifier, Users: store, Sessions: sessions, Now: now, Log: logger},
		Sessions: sessions, PublicURL: address, SessionKeys: [][]byte{sessionKey}, Bot: theBot,
		WebhookSecrets: []string{webhookSecret}, Ready: func(context.Context) error { return nil }, Timeout: time.Second,
		TrustedProxies: []string{"192.0.2.0/24"}, Now: now, Log: logger,
	})
	if err != nil {
		f.Fatal(err)
	}
	handler, err := s.Handler()
	if err != nil {
		f.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/readyz" { // Asks the database for everybody: that is its task.
			r.URL.Path = "/livez"
		}
		handler.ServeHTTP(w, r)
	})
}

var requestSeeds = []string{
	"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /privacy HTTP/1.1\r\nHost: x\r\nAccept-Language: fa-IR,fa;q=0.9,x-klingon;q=nan\r\nCookie: language=ru\r\n\r\n",
	"GET /?lang=fa HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.1, evil, 203.0.113.7\r\nX-Real-IP: ::1\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: fe80::1%eth0\r\nX-Forwarded-For: 2001:db8::7\r\n\r\n",
	"GET /login?next=%2F%2Fevil.example HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /login/telegram HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /login/telegram?id=42&auth_date=1800000000&hash=" + strings.Repeat("0", 64) + " HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /login/telegram?id=42&id=43 HTTP/1.1\r\nHost: x\r\nSec-Purpose: prefetch;prerender\r\n\r\n",
	"GET /login/telegram?first_name=%0Aid%3D42&hash=%ff HTTP/1.1\r\nHost: x\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n\r\n",
	"GET /login/telegram?x HTTP/1.1\r\nHost: x\r\nUser-Agent: TelegramBot (like TwitterBot)\r\n\r\n",
	"HEAD /login/telegram HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /login/done?next=/account HTTP/1.1\r\nHost: x\r\nCookie: session=x\r\n\r\n",
	"POST /login/confirm HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\npending=x",
	"POST /login/confirm HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: cross-site\r\nContent-Length: 0\r\n\r\n",
	"POST /language HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 39\r\n\r\nlanguage=en&next=%2Flogin%3Fnext%3D%2Fa",
	"POST /language HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 63\r\n\r\n--b\r\nContent-Disposition: form-data; name=language\r\n\r\nen\r\n--b--",
	"POST /language HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: ;;;\r\n\r\nb\r\nlanguage=en\r\n0\r\n\r\n",
	"POST /logout HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nContent-Length: 0\r\n\r\n",
	"GET /account HTTP/1.1\r\nHost: x\r\nCookie: session=MTcwMDAwMDAwMHx8\r\n\r\n",
	"POST /account/sessions/end HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nsession=1",
	"GET /account/activity?before=1-2-3-4 HTTP/1.1\r\nHost: x\r\n\r\n",
	"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: evil\r\nContent-Length: 15\r\n\r\n{\"update_id\":1}",
	"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: " + webhookSecret + "\r\nContent-Length: 1\r\n\r\n{",
	"GET /static/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n\r\n",
	"PROPFIND http://evil.example/account/%2e%2e HTTP/1.0\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
	"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
}
