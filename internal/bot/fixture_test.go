package bot_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/users"
)

const (
	token     = "7000000001:AAtests_only-not_a_real_token_at_all"
	secret    = "AAtests_only-not_a_real_token_at_all"
	botID     = 7000000001
	username  = "tests_login_bot"
	chatsURL  = "https://t.me"
	deadline  = 30 * time.Second // Nothing comes near it unless something is broken.
	testLease = 90 * time.Millisecond

	loginURL      = "http://localhost/login/telegram"
	accountURL    = "http://localhost/account"
	webhookURL    = "http://localhost/telegram/webhook"
	webhookSecret = "tests_only-not_a_real_secret"
)

// noon is when most tests happen.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// world is a bot of one test's own, on a database of its own.
type world struct {
	*bot.Bot
	db    *pgxpool.Pool
	store *users.Store
	log   *lines
	clock *clock
}

type setting func(*bot.Config)

// newBot returns a bot that speaks to this Bot API and knows its own name. Its
// clock stands at noon. Its lease is short, so that it looks at the lease row
// often; by its clock none ever runs out by itself.
func newBot(t *testing.T, apiURL string, settings ...setting) *world {
	t.Helper()
	return newBotOn(t, pgtest.New(t), apiURL, settings...)
}

// newBotOn is newBot for one of several copies of the site.
func newBotOn(t *testing.T, db *pgxpool.Pool, apiURL string, settings ...setting) *world {
	t.Helper()
	w := &world{db: db, store: users.NewStore(db), log: newLines(), clock: newClock()}
	cfg := bot.Config{
		Token:         token,
		Username:      username,
		APIURL:        apiURL,
		LinkURL:       chatsURL,
		LoginURL:      loginURL,
		AccountURL:    accountURL,
		MessagesURL:   accountURL + "/messages",
		SessionsURL:   accountURL + "/sessions",
		WebhookURL:    webhookURL,
		WebhookSecret: webhookSecret,
		Users:         w.store,
		Queue:         db,
		Lease:         testLease,
		SendTimeout:   5 * time.Second,
		Now:           w.clock.read,
		Log:           slog.New(slog.NewTextHandler(w.log, nil)),
	}
	for _, set := range settings {
		set(&cfg)
	}
	var err error
	if w.Bot, err = bot.New(cfg); err != nil {
		t.Fatal(err)
	}
	return w
}

func withoutUsername(c *bot.Config) { c.Username = "" }

func listens(c *bot.Config) { c.Listens = true }

// run lets the bot poll and send until the returned function is called, or the
// test ends. The function returns when the bot has stopped.
func (w *world) run(t *testing.T) func() {
	t.Helper()
	stopSending, stopPolling := inBackground(t, w.Send), inBackground(t, w.Poll)
	return func() {
		stopPolling()
		stopSending()
	}
}

// poll lets the bot poll; it answers nobody.
func (w *world) poll(t *testing.T) func() {
	t.Helper()
	return inBackground(t, w.Poll)
}

// send lets the bot send.
func (w *world) send(t *testing.T) func() {
	t.Helper()
	return inBackground(t, w.Send)
}

// count returns the number of rows that a condition selects.
func (w *world) count(t *testing.T, from string, args ...any) int {
	t.Helper()
	var n int
	if err := w.db.QueryRow(context.WithoutCancel(t.Context()), "SELECT count(*) FROM "+from, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// awaitRow waits until a condition selects a row.
func (w *world) awaitRow(t *testing.T, from string, args ...any) {
	t.Helper()
	tooLate := time.After(deadline)
	for w.count(t, from, args...) == 0 {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-tooLate:
			t.Fatalf("waited in vain for a row of %s %v", from, args)
		}
	}
}

func inBackground(t *testing.T, run func(context.Context)) func() {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { run(ctx) })
	stop := func() {
		cancel()
		running.Wait()
	}
	t.Cleanup(stop)
	return stop
}

// signal lets tests wait for a condition that others change.
type signal struct {
	mu      sync.Mutex
	changed chan struct{}
}

func newSignal() signal { return signal{changed: make(chan struct{})} }

// change runs under the lock and wakes who waits.
func (s *signal) change(act func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	act()
	close(s.changed)
	s.changed = make(chan struct{})
}

// await fails the test unless the condition, which runs under the lock, comes
// true in time.
func (s *signal) await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	tooLate := time.After(deadline)
	for {
		s.mu.Lock()
		met, changed := condition(), s.changed
		s.mu.Unlock()
		if met {
			return
		}
		select {
		case <-changed:
		case <-tooLate:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// clock stands still unless it is moved or started. It counts how often it is
// read: a bot reads it each time it looks at the lease.
type clock struct {
	signal
	now     time.Time
	reads   int
	started time.Time // By the machine's clock; zero while it stands still.
}

func newClock() *clock { return &clock{signal: newSignal(), now: noon} }

func (c *clock) read() time.Time {
	var now time.Time
	c.change(func() {
		c.reads++
		now = c.now
		if !c.started.IsZero() {
			now = now.Add(time.Since(c.started))
		}
	})
	return now
}

// start lets time pass: two messages to one chat need some in between.
func (c *clock) start() { c.change(func() { c.started = time.Now() }) }

func (c *clock) advance(d time.Duration) { c.change(func() { c.now = c.now.Add(d) }) }

// awaitReads waits until the clock was read so many times more.
func (c *clock) awaitReads(t *testing.T, more int) {
	t.Helper()
	c.mu.Lock()
	want := c.reads + more
	c.mu.Unlock()
	c.await(t, "the bot to look at the clock", func() bool { return c.reads >= want })
}

// lines is a log.
type lines struct {
	signal
	text strings.Builder
}

func newLines() *lines { return &lines{signal: newSignal()} }

// Write adds a line.
func (l *lines) Write(b []byte) (int, error) {
	l.change(func() { l.text.Write(b) })
	return len(b), nil
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *lines) awaitText(t *testing.T, words string) {
	t.Helper()
	l.await(t, "the log to say "+words, func() bool { return strings.Contains(l.text.String(), words) })
}
