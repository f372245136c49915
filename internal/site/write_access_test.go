package site_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/site"
	"example.com/telegram-login/internal/users"
)

// maySpring is a day on which facts happen.
var maySpring = time.Date(2026, 5, 3, 23, 59, 59, 0, time.UTC)

var updateIDs atomic.Int64

// learn gives the site a fact about writing to a person.
func (w *world) learn(p person, state users.WriteAccessState, source users.WriteAccessSource, at time.Time) {
	w.t.Helper()
	fact := users.WriteAccessEvent{
		BotID: botID, TelegramID: p.id, State: state, Source: source,
		HappenedAt: at, UpdateID: updateIDs.Add(1), RecordedAt: at,
	}
	var err error
	if source == users.FromSend {
		err = w.store.RecordRefusedSend(w.t.Context(), fact)
	} else {
		_, err = w.store.ApplyUpdate(w.t.Context(), users.Update{BotID: botID, ID: fact.UpdateID, At: at, WriteAccess: &fact}, nil)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) allow(p person) {
	w.t.Helper()
	w.learn(p, users.WriteAccessAllowed, users.FromConnectedWebsite, w.now())
}

func TestMessages_sayWhetherTheBotMayWriteAndSinceWhen(t *testing.T) {
	t.Parallel()
	const (
		start  = "No: Telegram does not deliver the bot’s messages to you, as we found out on 3 May 2026. Open the chat and press Start."
		cannot = ". It cannot write to you until you unblock it in Telegram."
	)
	for _, test := range []struct {
		state  users.WriteAccessState
		source users.WriteAccessSource
		want   string
		chat   bool
	}{
		{users.WriteAccessAllowed, users.FromConnectedWebsite, "Yes, since you allowed it when signing in, on 3 May 2026.", false},
		{users.WriteAccessAllowed, users.FromWriteAccessAllowed, "Yes, since you allowed it in Telegram, on 3 May 2026.", false},
		{users.WriteAccessAllowed, users.FromPrivateMessage, "Yes, since you wrote to it, on 3 May 2026.", false},
		{users.WriteAccessAllowed, users.FromMyChatMember, "Yes, since you unblocked it, on 3 May 2026.", false},
		{users.WriteAccessBlocked, users.FromMyChatMember, "No: you blocked the bot on 3 May 2026" + cannot, true},
		{users.WriteAccessBlocked, users.FromSend, "No: you blocked the bot, as we found out on 3 May 2026" + cannot, true},
		{users.WriteAccessUnreachable, users.FromSend, start, true},
		{users.WriteAccessUnknown, "", "Not known yet: open the chat and press Start, and it may.", true},
	} {
		t.Run(string(test.state)+" "+string(test.source), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if test.state != users.WriteAccessUnknown {
				w.learn(anna, test.state, test.source, maySpring)
			}
			// What others did is not hers.
			w.learn(boris, users.WriteAccessBlocked, users.FromMyChatMember, maySpring)
			b := w.newBrowser()
			b.signIn(anna)
			b.get("/account/messages") // Takes the greeting.

			page := b.get("/account/messages")

			got, _ := page.element("write-access")
			if got.text != test.want {
				t.Errorf("it says %q, want %q", got.text, test.want)
			}
			if got.attribute("data-state") != string(test.state) || got.attribute("data-source") != string(test.source) {
				t.Errorf("marked as %s", got.tag)
			}
			since := strings.Contains(page.body, `<time datetime="2026-05-03T23:59:59Z">3 May 2026</time>`)
			if since != (test.state != users.WriteAccessUnknown) {
				t.Errorf("the day as a time: %t", since)
			}
			chat, found := page.element("chat")
			if found != test.chat || (found && chat.attribute("href") != "https://t.me/login_bot?start=account") {
				t.Errorf("link to the chat: %t, %s", found, chat.tag)
			}
		})
	}
}

func TestMessages_workWithoutTheBotsName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, unknownBot)
	b := w.newBrowser()
	b.signIn(anna)
	page := b.get("/account/messages")
	if said, ok := page.element("write-access"); !ok || said.attribute("data-state") != "unknown" {
		t.Errorf("it says %q", said.text)
	}
	if link, found := page.element("chat"); found {
		t.Errorf("a link that leads nowhere: %s", link.tag)
	}
}

// queries counts what is asked of a database.
type queries struct{ atomic.Int64 }

// TraceQueryStart counts one.
func (q *queries) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	q.Add(1)
	return ctx
}

// TraceQueryEnd has nothing to do.
func (*queries) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// The session, write access and the last test message: no more than that.
func TestMessages_askTheDatabaseThreeTimes(t *testing.T) {
	t.Parallel()
	before := newWorld(t)
	before.allow(anna)
	var asked queries
	cfg := before.db.Config()
	cfg.ConnConfig.Tracer = &asked
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store := users.NewStore(pool)
	w := newWorld(t, func(c *site.Config, l *auth.Login) {
		c.Sessions.Users, l.Users = store, store
		c.Bot = before.newBot(func(b *bot.Config) { b.Users = store })
	})
	b := w.newBrowser()
	b.signIn(anna)
	asked.Store(0)

	page := b.get("/account/messages")

	if said, _ := page.element("write-access"); said.attribute("data-state") != "allowed" {
		t.Fatalf("it says %q", said.text)
	}
	if n := asked.Load(); n != 3 {
		t.Errorf("%d queries, want 3", n)
	}
}
