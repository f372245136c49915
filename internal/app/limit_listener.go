package app

import (
	"net"
	"sync"
)

// limitListener has at most so many connections open at once; the next ones wait to
// be accepted, and take no memory of ours meanwhile (T19).
//
// It is golang.org/x/net/netutil's LimitListener, but that its connections keep
// CloseWrite. Without that net/http cannot wait, after it has refused a header, for
// the client to read why: what the client has sent and nobody read resets the
// connection, and the answer is lost.
type limitListener struct {
	net.Listener

	taken  chan struct{} // Holds one for each connection.
	closed chan struct{}
	close  func()
}

func newLimitListener(l net.Listener, most int) *limitListener {
	closed := make(chan struct{})
	return &limitListener{
		Listener: l,
		taken:    make(chan struct{}, most),
		closed:   closed,
		close:    sync.OnceFunc(func() { close(closed) }),
	}
}

// Accept waits for a connection, and before that for there being few enough.
func (l *limitListener) Accept() (net.Conn, error) {
	select {
	case <-l.closed:
		return nil, net.ErrClosed
	case l.taken <- struct{}{}:
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.taken
		return nil, err
	}
	limited := limitedConn{Conn: conn, release: sync.OnceFunc(func() { <-l.taken })}
	if tcp, ok := conn.(*net.TCPConn); ok {
		return &limitedTCPConn{limited, tcp}, nil
	}
	return &limited, nil
}

// Close also ends the wait for a free place.
func (l *limitListener) Close() error {
	l.close()
	return l.Listener.Close()
}

// limitedConn gives its place back when it is closed.
type limitedConn struct {
	net.Conn

	release func()
}

// Close may be called more than once, as that of every connection.
func (c *limitedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}

// limitedTCPConn can be closed on our side only.
type limitedTCPConn struct {
	limitedConn

	tcp *net.TCPConn
}

// CloseWrite is [net.TCPConn.CloseWrite].
func (c *limitedTCPConn) CloseWrite() error { return c.tcp.CloseWrite() }
