package bot_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
)

// F05: visitors take every connection, and the queue, which shares the pool, gets
// none in time, again and again. It goes on by itself as soon as there are some.
func TestMessages_leaveWhenConnectionsAreFreeAgain(t *testing.T) {
	t.Parallel()
	db, err := postgres.Open(t.Context(), pgtest.URL(t)+"&pool_max_conns=4&pool_acquire_timeout=100ms")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	api := newMessageSink(t)
	b := newBotOn(t, db, api.url)
	b.clock.start()
	b.send(t)
	b.receive(t, groupMessage("/login"))
	api.await(t, "the first answer", func() bool { return len(api.sent) == 1 }) // The queue runs.

	var taken []*pgxpool.Conn
	for len(taken) < int(db.Config().MaxConns) {
		if conn, err := db.Acquire(t.Context()); err == nil { // The queue wants some, too.
			taken = append(taken, conn)
		}
	}
	tooLate := time.After(deadline)
	for before := db.Stat().CanceledAcquireCount(); db.Stat().CanceledAcquireCount() < before+10; {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-tooLate:
			t.Fatal("nobody waited for a connection in vain")
		}
	}
	for _, conn := range taken {
		conn.Release()
	}
	b.receive(t, groupMessage("/login"))
	api.await(t, "the second answer", func() bool { return len(api.sent) == 2 })
}
