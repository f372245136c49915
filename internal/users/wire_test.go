package users_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/users"
)

// line is the way to the database, which a test can cut.
type line struct {
	dials     atomic.Int64
	refuse    atomic.Int64 // How many more connections cannot be opened.
	onRefusal func()

	asked   atomic.Int64 // Messages with a statement.
	swallow atomic.Int64 // How many more answers to those are lost, and their connections with them.
}

var errRefused = errors.New("refused by the test")

func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	l.dials.Add(1)
	if l.refuse.Add(-1) >= 0 {
		l.onRefusal()
		return nil, &net.OpError{Op: "dial", Net: network, Err: errRefused}
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	return &wire{Conn: conn, line: l}, err
}

// wire is one connection. It is used by one goroutine at a time.
type wire struct {
	net.Conn
	line  *line
	asked bool
}

// Write always arrives.
func (w *wire) Write(b []byte) (int, error) {
	const parse, bind = 'P', 'B'
	if w.asked = b[0] == parse || b[0] == bind; w.asked {
		w.line.asked.Add(1)
	}
	return w.Conn.Write(b)
}

// Read waits for the answer, which says that the statement was carried out, and
// may lose it.
func (w *wire) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	if w.asked && w.line.swallow.Add(-1) >= 0 {
		w.Close()
		return 0, io.EOF
	}
	return n, err
}

// newLine returns a store that has one connection, not opened yet, and the
// database for looking behind it.
func newLine(t *testing.T) (*users.Store, *line, *pgxpool.Pool) {
	t.Helper()
	behind := pgtest.New(t)
	l := &line{onRefusal: func() {}}
	config := behind.Config()
	config.MaxConns = 1
	config.ConnConfig.DialFunc = l.dial
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return users.NewStore(pool), l, behind
}
