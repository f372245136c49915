package users_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/users"
)

// noon is when most tests happen.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// newStore returns a store on a database of this test's own, and the database
// for looking behind it.
func newStore(t *testing.T) (*users.Store, *pgxpool.Pool) {
	t.Helper()
	db := pgtest.New(t)
	return users.NewStore(db), db
}

// anotherCopy returns the store of another copy of the site: it has connections
// of its own to the same database.
func anotherCopy(t *testing.T, db *pgxpool.Pool) *users.Store {
	t.Helper()
	pool, err := pgxpool.NewWithConfig(t.Context(), db.Config())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return users.NewStore(pool)
}

// link is a sign-in of one person with one link; fields are changed at will.
func link(telegramID int64, name string) users.SignIn {
	return users.SignIn{
		TelegramID:   telegramID,
		Profile:      users.Profile{FirstName: "Anna", LastName: "Ivanova", Username: "anna", PhotoURL: "https://t.me/i/userpic/320/a.jpg"},
		AuthDate:     noon,
		LinkMAC:      sha256.Sum256([]byte(name)),
		LinkKeptTill: noon.Add(24 * time.Hour),
		Session:      newSession(),
		At:           noon,
	}
}

func newSession() users.NewSession {
	id := users.NewSessionID()
	return users.NewSession{ID: id, TokenHash: sha256.Sum256(id[:]), ExpiresAt: noon.Add(720 * time.Hour)}
}

func signIn(t *testing.T, store *users.Store, in users.SignIn) users.Session {
	t.Helper()
	session, err := store.SignIn(t.Context(), in)
	if err != nil {
		t.Fatalf("SignIn = %v", err)
	}
	return session.Session
}

// exec changes the database behind the store.
func exec(t *testing.T, db *pgxpool.Pool, statement string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// count returns the number of rows that a condition selects.
func count(t *testing.T, db *pgxpool.Pool, from string, args ...any) int {
	t.Helper()
	var n int
	if err := db.QueryRow(t.Context(), "SELECT count(*) FROM "+from, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// waitForLock returns when a statement on this database waits for another.
func waitForLock(t *testing.T, db *pgxpool.Pool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for waiting := false; !waiting; {
		err := db.QueryRow(ctx, `SELECT EXISTS (
			SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
		)`).Scan(&waiting)
		if err != nil {
			t.Fatalf("nobody waits for a lock: %v", err)
		}
	}
}

// everything is the number of rows in each table, to see that nothing moved.
func everything(t *testing.T, db *pgxpool.Pool) string {
	t.Helper()
	var text strings.Builder
	for _, table := range []string{"accounts", "sessions", "used_links", "activity"} {
		fmt.Fprintf(&text, "%s=%d ", table, count(t, db, table))
	}
	return text.String()
}

// alive is the usual rule: idle for less than a week.
func alive(at time.Time) users.Alive {
	return users.Alive{At: at, SeenAfter: at.Add(-168 * time.Hour)}
}

func find(ctx context.Context, store *users.Store, in users.SignIn) (users.Session, error) {
	return store.FindSession(ctx, in.Session.TokenHash, alive(noon.Add(time.Minute)))
}

// roundTrips notes the statements that one caller at a time sends.
type roundTrips struct{ queries []string }

func (r *roundTrips) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	r.queries = append(r.queries, data.SQL)
	return ctx
}

func (r *roundTrips) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
