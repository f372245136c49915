package app_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
)

const badWebhookSecret = "tests_only-not_a_real_secret"

// besieged is the whole program on a database of its own, and what it logs.
type besieged struct {
	url string
	db  *pgxpool.Pool
	log *loudLog
	cfg app.Config

	guests int // How many harmless people there were, to compare with.
}

// besiege starts the program. A client is who X-Forwarded-For says, if the proxies
// are trusted: so each case comes from an address of its own, and none is refused
// because of those before it.
func besiege(t *testing.T, trustedProxies ...string) *besieged {
	t.Helper()
	databaseURL := pgtest.URL(t)
	b := &besieged{log: &loudLog{}}
	b.cfg = config(t, databaseURL)
	b.cfg.BotUsername = "login_bot"
	b.cfg.Updates, b.cfg.WebhookSecrets = app.UpdatesForwarded, []string{badWebhookSecret}
	b.cfg.TrustedProxies = trustedProxies
	b.cfg.SessionKeys = [][]byte{[]byte("tests only, and a canary: 32 bytes")}
	b.cfg.Now = func() time.Time { return time.Unix(badNow, 0) }
	b.cfg.Log = slog.New(slog.NewJSONHandler(b.log, nil))
	b.url = start(t, b.cfg).url
	db, err := postgres.Open(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	b.db = db
	return b
}

// loudLog keeps what was logged.
type loudLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write takes a line.
func (l *loudLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *loudLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// honestVisitor is what a browser holds that did everything right: what cases
// spoil.
type honestVisitor struct {
	host           string
	session, boris string // Session cookies of Anna and of Boris.
	login, state   string // The cookie of an attempt, and its state.
	pending        string // The cookie of a login that waits for a yes,
	pendingID      string // and what its form says.
}

// linkOf is the address of a good link.
func linkOf(fields map[string]string) string {
	query, signed := signedFields(fields)
	return "/login/telegram?" + query + "&hash=" + signWith("", signed)
}

// signIn signs a person in and returns the session's cookie.
func (b *besieged) signIn(t *testing.T, fields map[string]string) string {
	t.Helper()
	got := get(t, browser(t), b.url+linkOf(fields), http.Header{"X-Forwarded-For": {"192.0.2.1"}})
	cookie := sessionCookie(got.cookies)
	if got.status != http.StatusSeeOther || cookie == nil {
		t.Fatalf("an honest link: status %d, cookies %v", got.status, got.cookies)
	}
	return cookie.Value
}

func between(text, before, after string) string {
	_, rest, _ := strings.Cut(text, before)
	found, _, _ := strings.Cut(rest, after)
	return found
}

// visitHonestly makes the good values, and returns when all that follows from it
// in the background has been written.
func (b *besieged) visitHonestly(t *testing.T) honestVisitor {
	t.Helper()
	address, err := url.Parse(b.url)
	if err != nil {
		t.Fatal(err)
	}
	v := honestVisitor{host: address.Host}
	v.session = b.signIn(t, map[string]string{"id": "42", "first_name": "Anna"})
	v.boris = b.signIn(t, map[string]string{"id": "43", "first_name": "Boris"})
	started := get(t, browser(t), b.url+"/login?next=%2Faccount%2Fsessions", nil)
	v.login, v.state = cookieOf(started.cookies, "login"), between(started.page, "https://t.me/login_bot?start=", `"`)
	asked := get(t, browser(t), b.url+linkOf(map[string]string{"id": "44", "first_name": "Clara"}),
		http.Header{"Sec-Fetch-Site": {"cross-site"}})
	v.pending, v.pendingID = cookieOf(asked.cookies, "login"), between(asked.page, `name="pending" value="`, `"`)
	if v.login == "" || v.state == "" || v.pending == "" || v.pendingID == "" {
		t.Fatalf("an honest visit left %+v", v)
	}
	b.awaitQuiet(t)
	return v
}

func cookieOf(cookies []*http.Cookie, name string) string {
	for _, cookie := range cookies {
		if cookie.Name == name {
			return cookie.Value
		}
	}
	return ""
}

// awaitQuiet waits until the bot has looked at each sign-in.
func (b *besieged) awaitQuiet(t *testing.T) {
	t.Helper()
	for b.number(t, "SELECT count(*) FROM activity WHERE fresh") > 0 {
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (b *besieged) number(t *testing.T, query string) int {
	t.Helper()
	var n int
	if err := b.db.QueryRow(context.WithoutCancel(t.Context()), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// table is what there is in a table.
type table struct {
	rows int
	sum  string // Of all rows.
}

// rows sums up every row of each table, so that whatever was written is seen. The
// queue keeps its own house; what it would send stands in messages.
func (b *besieged) rows(t *testing.T) map[string]table {
	t.Helper()
	found, _ := b.db.Query(t.Context(), "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'river%'")
	names, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil || len(names) < 9 {
		t.Fatalf("tables %v: %v", names, err)
	}
	tables := map[string]table{}
	for _, name := range names {
		var one table
		query := fmt.Sprintf("SELECT count(*), COALESCE(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') FROM %s t",
			pgx.Identifier{name}.Sanitize())
		if err := b.db.QueryRow(t.Context(), query).Scan(&one.rows, &one.sum); err != nil {
			t.Fatal(err)
		}
		tables[name] = one
	}
	return tables
}
