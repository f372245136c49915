package postgres

import (
	"context"
	"net"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// stillSilent keeps a connection only if nothing waits to be read on it. An idle
// server has nothing to say but a farewell: that it was told to stop (F03), or
// the end of the stream (F02). Finding that out before a statement is sent, and
// not from its answer, lets the pool take another connection: after a restart
// all that were idle are dead, and a write on each would fail.
//
// It costs one system call and no round trip. Should a server ever say something
// else unasked, a fresh connection is opened, and nothing is lost.
func stillSilent(_ context.Context, conn *pgx.Conn) (bool, error) {
	socket, ok := innermost(conn.PgConn().Conn()).(syscall.Conn)
	if !ok {
		return true, nil
	}
	return !hasSomethingToRead(socket), nil
}

// innermost is the connection below TLS and our own wrapping.
func innermost(conn net.Conn) net.Conn {
	for {
		wrapped, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			return conn
		}
		conn = wrapped.NetConn()
	}
}
