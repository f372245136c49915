package site_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/site"
	"example.com/telegram-login/internal/users"
)

const (
	botToken      = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
	botID         = 110201543
	botUsername   = "login_bot"
	webhookSecret = "tests_only-not_a_real_secret"
)

var sessionKey = bytes.Repeat([]byte("k"), 32)

// world is one site with a database, a clock and a log of its own.
type world struct {
	t         *testing.T
	db        *pgxpool.Pool
	store     *users.Store
	publicURL *url.URL
	handler   http.Handler
	url       string
	log       *safeBuffer
	clock     atomic.Int64 // Unix seconds. It stands still unless a test moves it.
}

type setting func(*site.Config, *auth.Login)

// unknownBot is a site that Telegram has not told the bot's username.
func unknownBot(c *site.Config, _ *auth.Login) { c.Bot = nil }

func alwaysConfirm(_ *site.Config, l *auth.Login) { l.AlwaysConfirm = true }

// behindProxy is a site whose visitors come by way of a proxy on this machine,
// which says who they are: see from.
func behindProxy(c *site.Config, _ *auth.Login) { c.TrustedProxies = []string{"127.0.0.0/8"} }

func newWorld(t *testing.T, settings ...setting) *world {
	t.Helper()
	w := &world{t: t, db: pgtest.New(t), log: &safeBuffer{}}
	w.store = users.NewStore(w.db)
	w.clock.Store(1_800_000_000)
	verifier, err := auth.NewVerifier(auth.VerifierConfig{Tokens: []string{botToken}, MaxAge: 5 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	// The site's own address has to be known before the site is made.
	server := httptest.NewUnstartedServer(nil)
	w.publicURL = &url.URL{Scheme: "http", Host: server.Listener.Addr().String()}
	log := slog.New(slog.NewJSONHandler(w.log, nil))
	sessions := &auth.Sessions{Users: w.store, Now: w.now, Lifetime: 720 * time.Hour, Idle: 168 * time.Hour, Log: log}
	login := &auth.Login{Verifier: verifier, Users: w.store, Sessions: sessions, Now: w.now, Log: log}
	cfg := site.Config{
		Login:          login,
		Sessions:       sessions,
		PublicURL:      w.publicURL,
		SessionKeys:    [][]byte{sessionKey},
		Bot:            w.newBot(),
		WebhookSecrets: []string{webhookSecret},
		Ready:          func(ctx context.Context) error { _, err := w.store.Check(ctx); return err },
		Timeout:        10 * time.Second,
		Now:            w.now,
		Log:            log,
	}
	for _, set := range settings {
		set(&cfg, login)
	}
	if cfg.Bot == nil {
		cfg.Bot = w.newBot(func(c *bot.Config) { c.Username = "" })
	}
	s, err := site.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	w.handler, err = s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = w.handler
	server.Start()
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

func (w *world) now() time.Time { return time.Unix(w.clock.Load(), 0) }

func (w *world) pass(d time.Duration) { w.clock.Add(int64(d / time.Second)) }

// newBot returns the world's bot. It reaches nobody, unless a setting says whom,
// and sends nothing before it is told to: messages stay in the queue.
func (w *world) newBot(settings ...func(*bot.Config)) *bot.Bot {
	w.t.Helper()
	cfg := w.botConfig()
	for _, set := range settings {
		set(&cfg)
	}
	b, err := bot.New(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *world) botConfig() bot.Config {
	return bot.Config{
		Token:       botToken,
		Username:    botUsername,
		APIURL:      "http://127.0.0.1:1",
		LinkURL:     "https://t.me",
		LoginURL:    w.publicURL.JoinPath(site.LoginPath).String(),
		AccountURL:  w.publicURL.JoinPath(site.AccountPath).String(),
		MessagesURL: w.publicURL.JoinPath(site.MessagesPath).String(),
		SessionsURL: w.publicURL.JoinPath(site.SessionsPath).String(),
		WebhookURL:  w.publicURL.JoinPath(site.WebhookPath).String(),
		Users:       w.store,
		Queue:       w.db,
		Lease:       90 * time.Second,
		SendTimeout: 10 * time.Second,
		Now:         w.now,
		Log:         slog.New(slog.DiscardHandler),
	}
}

// rows sums up every row of each table there is, but for those that are named,
// to see whether anything was written.
func (w *world) rows(except ...string) string {
	w.t.Helper()
	ctx := context.WithoutCancel(w.t.Context())
	found, _ := w.db.Query(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
	tables, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		w.t.Fatal(err)
	}
	var sums []string
	for _, table := range tables {
		if !slices.Contains(except, table) {
			sums = append(sums, fmt.Sprintf("(SELECT '%s ' || count(*) || ' ' || COALESCE(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') FROM %s t)",
				table, pgx.Identifier{table}.Sanitize()))
		}
	}
	var text string
	if err := w.db.QueryRow(ctx, "SELECT concat_ws(', ', "+strings.Join(sums, ", ")+")").Scan(&text); err != nil {
		w.t.Fatal(err)
	}
	return text
}

// count returns the number of rows that a condition selects.
func (w *world) count(from string, args ...any) int {
	w.t.Helper()
	var n int
	if err := w.db.QueryRow(context.WithoutCancel(w.t.Context()), "SELECT count(*) FROM "+from, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// exec changes the database behind the site.
func (w *world) exec(statement string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Exec(context.WithoutCancel(w.t.Context()), statement, args...); err != nil {
		w.t.Fatal(err)
	}
}

// person is who presses the button.
type person struct {
	id   int64
	name string
}

var (
	anna  = person{42, "Anna"}
	boris = person{43, "Boris"}
)

// query is what Telegram adds to the address, signed now plus age.
func (w *world) query(p person, age time.Duration) url.Values {
	fields := url.Values{
		"id":         {strconv.FormatInt(p.id, 10)},
		"first_name": {p.name},
		"auth_date":  {strconv.FormatInt(w.now().Add(-age).Unix(), 10)},
	}
	return sign(fields)
}

// sign plays Telegram, written from its text and not from our verifier.
func sign(fields url.Values) url.Values {
	var lines []string
	for key := range fields {
		lines = append(lines, key+"="+fields.Get(key))
	}
	slices.Sort(lines)
	secret := sha256.Sum256([]byte(botToken))
	mac := hmac.New(sha256.New, secret[:])
	mac.Write([]byte(strings.Join(lines, "\n")))
	fields.Set("hash", hex.EncodeToString(mac.Sum(nil)))
	return fields
}

// browser keeps cookies and follows nothing.
type browser struct {
	w       *world
	client  *http.Client
	address string // What the proxy says of it; empty without a proxy.
}

// from has the browser come from another address, through the proxy of a world
// that is behindProxy.
func (b *browser) from(address string) *browser {
	b.address = address
	return b
}

// addressOf is the address of one visitor of many (RFC 2544).
func addressOf(visitor int) string {
	return fmt.Sprintf("198.%d.%d.%d", 18+visitor>>16, visitor>>8&255, visitor&255)
}

func (w *world) newBrowser() *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &browser{w: w, client: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is a response that has been read.
type answer struct {
	*http.Response
	body string
}

// heading is the text of the page's h1.
func (a answer) heading() string {
	_, rest, _ := strings.Cut(a.body, "<h1>")
	heading, _, _ := strings.Cut(rest, "</h1>")
	return strings.NewReplacer("<bdi>", "", "</bdi>", "").Replace(heading)
}

// element is a part of a page.
type element struct {
	tag  string // As it begins, with its attributes.
	text string // As it is read.
}

// attribute returns what an attribute says; empty for none.
func (e element) attribute(name string) string {
	_, rest, _ := strings.Cut(e.tag, " "+name+`="`)
	value, _, _ := strings.Cut(rest, `"`)
	return html.UnescapeString(value)
}

var anyTag = regexp.MustCompile(`<[^>]*>`)

// element returns the element with this id, or false. It holds none of its own
// kind.
func (a answer) element(id string) (element, bool) {
	before, after, found := strings.Cut(a.body, ` id="`+id+`"`)
	if !found {
		return element{}, false
	}
	start := strings.LastIndex(before, "<")
	name, _, _ := strings.Cut(before[start+1:], " ")
	rest, content, _ := strings.Cut(after, ">")
	content, _, _ = strings.Cut(content, "</"+name+">")
	text := html.UnescapeString(anyTag.ReplaceAllString(content, ""))
	return element{tag: before[start:] + ` id="` + id + `"` + rest + ">", text: strings.Join(strings.Fields(text), " ")}, true
}

func (a answer) location() string { return a.Header.Get("Location") }

// leadsTo is where a login leads to in the end: by way of the address that sees
// whether the cookie was kept.
func (b *browser) leadsTo(a answer) string {
	b.w.t.Helper()
	if path, _, _ := strings.Cut(a.location(), "?"); path != "/login/done" {
		return a.location()
	}
	return b.get(a.location()).location()
}

func (b *browser) send(method, path string, header http.Header, form url.Values) answer {
	b.w.t.Helper()
	header = header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if method == http.MethodPost && header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.sendBody(method, path, header, strings.NewReader(form.Encode()))
}

// sendBody is send for what is no form.
func (b *browser) sendBody(method, path string, header http.Header, body io.Reader) answer {
	b.w.t.Helper()
	req, err := http.NewRequestWithContext(b.w.t.Context(), method, b.w.url+path, body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	req.Header = header.Clone()
	if b.address != "" { // Proxies add it to what is there.
		if req.Header == nil {
			req.Header = http.Header{}
		}
		req.Header.Add("X-Forwarded-For", b.address)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return answer{resp, string(text)}
}

func (b *browser) get(path string) answer { return b.send(http.MethodGet, path, nil, nil) }

func (b *browser) post(path string, form url.Values) answer {
	return b.send(http.MethodPost, path, http.Header{"Sec-Fetch-Site": {"same-origin"}}, form)
}

// arrive opens a login link as an app would.
func (b *browser) arrive(query url.Values) answer {
	return b.get("/login/telegram?" + query.Encode())
}

// signIn signs a person in with a link of their own.
func (b *browser) signIn(p person) {
	b.w.t.Helper()
	// Two links of one second are the same link: no two sign-ins share one.
	b.w.pass(time.Second)
	if a := b.arrive(b.w.query(p, 0)); a.StatusCode != http.StatusSeeOther {
		b.w.t.Fatalf("sign in: %s: %s", a.Status, a.heading())
	}
}

// cookie returns what the browser would send.
func (b *browser) cookie(name string) string {
	u, err := url.Parse(b.w.url)
	if err != nil {
		b.w.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (b *browser) setCookie(name, value string) {
	u, err := url.Parse(b.w.url)
	if err != nil {
		b.w.t.Fatal(err)
	}
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

// startAttempt opens /login and returns the state that the chat link carries.
func (b *browser) startAttempt(next string) string {
	b.w.t.Helper()
	page := b.get("/login?next=" + url.QueryEscape(next))
	_, rest, _ := strings.Cut(page.body, "https://t.me/login_bot?start=")
	state, _, _ := strings.Cut(rest, `"`)
	if state == "" {
		b.w.t.Fatal("no state on the login page")
	}
	return state
}

// pendingID returns what the form of the confirm page sends along.
func (a answer) pendingID() string {
	_, rest, _ := strings.Cut(a.body, `name="pending" value="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// rawGet sends a query as it is, which net/http's client would not do with every
// one, from an address that the proxy names, and returns the status.
func (w *world) rawGet(address, target string) int {
	w.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(w.t.Context(), "tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET "+target+" HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: "+address+"\r\nConnection: close\r\n\r\n"); err != nil {
		w.t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		w.t.Fatalf("%.100s: %v", target, err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}
