package postgres_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg/pgtest"
)

// F03: a connection that was ended while nobody used it fails nobody's statement,
// a write included.
func TestPool_aConnectionThatWasEndedIsReplacedUnseen(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	pool := open(t, databaseURL+"&pool_max_conns=1")
	behind := connect(t, databaseURL)
	for range 20 {
		var process, alive int
		if err := pool.QueryRow(t.Context(), `SELECT pg_backend_pid()`).Scan(&process); err != nil {
			t.Fatalf("a statement on a connection that was ended: %v", err)
		}
		if _, err := behind.Exec(t.Context(), `SELECT pg_terminate_backend($1)`, process); err != nil {
			t.Fatal(err)
		}
		for alive = 1; alive > 0; { // The deadline of the test run is the limit.
			err := behind.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE pid = $1`, process).Scan(&alive)
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// slowWire takes its time to come back from sending, as on a busy machine.
type slowWire struct{ *net.TCPConn }

func (w slowWire) Write(b []byte) (int, error) {
	n, err := w.TCPConn.Write(b)
	time.Sleep(50 * time.Millisecond)
	return n, err
}

// After a write that took long pgx leaves a goroutine reading, which nobody may
// wait for: the server has nothing to say.
func TestPool_lookingForAFarewellWaitsForNobody(t *testing.T) {
	t.Parallel()
	config := open(t, pgtest.URL(t)+"&pool_max_conns=1").Config()
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return slowWire{conn.(*net.TCPConn)}, nil
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	done := make(chan error, 1)
	go func() {
		for range 5 {
			if _, err := pool.Exec(t.Context(), `SELECT 1`); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("the pool waits for ever")
	}
}
