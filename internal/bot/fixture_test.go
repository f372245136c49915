package bot_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/users"
)

const (
	token     = "7000000001:AAtests_only-not_a_real_token_at_all"
	secret    = "AAtests_only-not_a_real_token_at_all"
	botID     = 7000000001
	username  = "tests_login_bot"
	loginURL  = "http://localhost/login/telegram"
	chatsURL  = "https://t.me"
	deadline  = 30 * time.Second // Nothing comes near it unless something is broken.
	testLease = 90 * time.Millisecond
)

// noon is when most tests happen.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// newBot returns a bot that speaks to this Bot API and knows its own name, what
// it logs, and its clock, which stands at noon. Its lease is short, so that it
// looks at the lease row often; by its clock none ever runs out by itself.
func newBot(t *testing.T, apiURL string, store *users.Store) (*bot.Bot, *lines, *clock) {
	t.Helper()
	return newBotCalled(t, username, apiURL, store)
}

func newBotCalled(t *testing.T, name, apiURL string, store *users.Store) (*bot.Bot, *lines, *clock) {
	t.Helper()
	logged, now := newLines(), newClock()
	b, err := bot.New(bot.Config{
		Token:    token,
		Username: name,
		APIURL:   apiURL,
		LinkURL:  chatsURL,
		LoginURL: loginURL,
		Users:    store,
		Lease:    testLease,
		Now:      now.read,
		Log:      slog.New(slog.NewTextHandler(logged, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b, logged, now
}

func newStore(t *testing.T) *users.Store {
	t.Helper()
	return users.NewStore(pgtest.New(t))
}

// poll lets the bot poll until the returned function is called, or the test
// ends. The function returns when the bot has stopped.
func poll(t *testing.T, b *bot.Bot) func() {
	t.Helper()
	return inBackground(t, b.Poll)
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

// clock stands still unless it is moved. It counts how often it is read: a bot
// reads it each time it looks at the lease.
type clock struct {
	signal
	now   time.Time
	reads int
}

func newClock() *clock { return &clock{signal: newSignal(), now: noon} }

func (c *clock) read() time.Time {
	var now time.Time
	c.change(func() {
		c.reads++
		now = c.now
	})
	return now
}

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
