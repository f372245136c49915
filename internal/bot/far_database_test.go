package bot_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg/pgtest"
)

// farAway delays each thing that is said to the database, as a long way does.
type farAway struct {
	net.Conn
	delay time.Duration
}

// Write takes its time.
func (c farAway) Write(b []byte) (int, error) {
	time.Sleep(c.delay)
	return c.Conn.Write(b)
}

// A long way to the database makes all messages late alike. None may miss its
// slot for that again and again.
func TestMessages_leaveAlsoWhenTheDatabaseIsFarAway(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	config := db.Config()
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return farAway{conn, 100 * time.Millisecond}, err
	}
	far, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(far.Close)
	api := newMessageSink(t)
	b := newBotOn(t, far, api.url)
	b.clock.start()
	b.signIn(t, noon)
	b.allow(t)
	b.receive(t, groupMessage("/login"))
	b.send(t)

	api.await(t, "the welcome and the answer", func() bool { return len(api.sent) == 2 })
}
