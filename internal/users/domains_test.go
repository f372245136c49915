package users_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/users"
	"example.com/telegram-login/migrations"
)

// Copies of the site serve while the database is migrated, with statements that their
// connections have prepared. PostgreSQL refuses such a statement once if a column of
// its result has got another type.
func TestDomains_whoIsConnectedMeanwhileNoticesNothing(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	runFile(t, db, "000018_domains.down.sql")
	for i, migration := range []string{"", "", "000018_domains.up.sql", "000018_domains.down.sql"} {
		if migration != "" {
			runFile(t, db, migration)
		}
		visitOnce(t, store, strconv.Itoa(i))
	}
}

// visitOnce is what a login, pages and the queue ask of the tables that have domains.
func visitOnce(t *testing.T, store *users.Store, name string) {
	t.Helper()
	in := link(42, name)
	session := signIn(t, store, in)
	alive := users.Alive{At: noon, SeenAfter: noon.Add(-time.Hour)}
	enqueue := func(context.Context, pgx.Tx, []users.QueuedMessage) error { return nil }
	steps := []struct {
		name string
		do   func() error
	}{
		{"find session", func() error { _, err := store.FindSession(t.Context(), in.Session.TokenHash, alive); return err }},
		{"list sessions", func() error { _, err := store.ListSessions(t.Context(), session.Account.ID, alive); return err }},
		{"touch session", func() error { return store.TouchSession(t.Context(), in.Session.TokenHash, noon.Add(time.Second)) }},
		{"find account", func() error { _, _, err := store.FindAccount(t.Context(), 42); return err }},
		{"link used", func() error { _, err := store.LinkUsed(t.Context(), in.LinkMAC); return err }},
		{"list activity", func() error {
			_, err := store.ListActivity(t.Context(), users.ActivityQuery{Account: session.Account, BotID: 7, Limit: 10})
			return err
		}},
		{"note refused link", func() error {
			return store.NoteLinkRefused(t.Context(), users.LinkRefusal{TelegramID: 42, Reason: "expired", At: noon})
		}},
		{"queue fresh activity", func() error { _, err := store.QueueFreshActivity(t.Context(), 10, enqueue); return err }},
		{"find delivery", func() error { _, _, err := store.FindDelivery(t.Context(), 7, 1); return err }},
		{"end session", func() error { _, err := store.EndSession(t.Context(), in.Session.TokenHash, noon); return err }},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Errorf("visit %s: %s: %v", name, step.name, err)
		}
	}
}

func runFile(t *testing.T, db *pgxpool.Pool, name string) {
	t.Helper()
	content, err := migrations.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	if _, err := conn.Conn().PgConn().Exec(t.Context(), string(content)).ReadAll(); err != nil {
		t.Fatal(err)
	}
}
