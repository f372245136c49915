package postgres

import (
	"context"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// farewellTimeout is how long a connection may take that is being given up.
const farewellTimeout = 2 * time.Second

// dialWithin opens connections that have a time for everything up to the first
// statement; openForGood lifts it. A request to cancel a statement, which pgx
// sends on a connection of its own, is never lifted from it.
//
// When the network swallows everything (F04), pgx takes up to 15 seconds to part
// from each connection, and keeps its place in the pool: the outage would last
// so much longer.
func dialWithin(timeout time.Duration) pgconn.DialFunc {
	dialer := &net.Dialer{Timeout: timeout}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if err := conn.SetDeadline(inTime(timeout)); err != nil {
			_ = conn.Close() // The first error says more.
			return nil, err
		}
		return briefFarewell{conn}, nil
	}
}

func openForGood(_ context.Context, conn *pgconn.PgConn) error {
	return conn.Conn().SetDeadline(time.Time{})
}

// briefFarewell is a connection on which pgx does not wait long for the other
// side to close it: that is the only time for which it sets a deadline that is
// not now.
type briefFarewell struct{ net.Conn }

// SetDeadline takes none that is far away.
func (c briefFarewell) SetDeadline(at time.Time) error {
	if latest := inTime(farewellTimeout); at.After(latest) {
		at = latest
	}
	return c.Conn.SetDeadline(at)
}

// NetConn returns the connection below.
func (c briefFarewell) NetConn() net.Conn { return c.Conn }

func inTime(d time.Duration) time.Time {
	return time.Now().Add(d) //nolint:forbidigo // Deadlines of sockets go by the machine's clock.
}
