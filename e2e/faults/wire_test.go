package faults_test

import (
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// trouble is what happens on a wire. The zero value is a wire in good health.
type trouble struct {
	delay, jitter time.Duration // What the database says takes so long, and up to so much more.
	hold          bool          // A black hole: nothing arrives any more, and nobody is told. After the end all of it does.
	down          bool          // Connections are cut, and new ones too.
	cut           bool          // Each connection of the moment is cut, once it has carried cutAfter bytes more.
	cutAfter      int
}

// wire carries the connections between a copy of the site and the database, and
// counts the statements that pass.
type wire struct {
	listener   net.Listener
	target     string
	statements *statements

	mu      sync.Mutex
	now     trouble
	changed chan struct{} // Closed and replaced when now changes.
	chance  *rand.Rand
	conns   map[*wireConn]bool
}

// wireConn is one connection and its two ends.
type wireConn struct {
	near, far net.Conn
	left      int // Until it is cut.
}

func newWire(t *testing.T, target string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{
		listener: listener, target: target, statements: newStatements(),
		changed: make(chan struct{}), chance: chance("wire"), conns: make(map[*wireConn]bool),
	}
	go w.accept()
	t.Cleanup(func() {
		_ = listener.Close()
		w.set(trouble{}) // Lets go of what a black hole holds.
		w.reset()
	})
	return w
}

func (w *wire) address() string { return w.listener.Addr().String() }

func (w *wire) accept() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return
		}
		go w.carry(near.(*net.TCPConn))
	}
}

func (w *wire) carry(near *net.TCPConn) {
	if w.awaitFlow().down {
		cutOff(near)
		return
	}
	far, err := net.Dial("tcp", w.target)
	if err != nil {
		cutOff(near)
		return
	}
	c := &wireConn{near: near, far: far, left: math.MaxInt}
	w.mu.Lock()
	w.conns[c] = true
	w.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { w.pump(c, far, io.TeeReader(near, w.statements.newReader())) })
	both.Go(func() { w.pump(c, near, far) })
	both.Wait()
	w.mu.Lock()
	delete(w.conns, c)
	w.mu.Unlock()
}

// pump carries one direction until either end is gone.
func (w *wire) pump(c *wireConn, to net.Conn, from io.Reader) {
	defer c.cut()
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		if err != nil {
			return
		}
		now := w.awaitFlow()
		if now.down {
			return
		}
		if to == c.near && (now.delay > 0 || now.jitter > 0) {
			<-time.After(w.travelTime(now)) // Distance, not synchronisation.
		}
		keep := w.untilTheCut(c, n)
		if _, err := to.Write(piece[:keep]); err != nil || keep < n {
			return
		}
	}
}

// awaitFlow returns what is wrong, once it is no black hole.
func (w *wire) awaitFlow() trouble {
	for {
		w.mu.Lock()
		now, changed := w.now, w.changed
		w.mu.Unlock()
		if !now.hold {
			return now
		}
		<-changed
	}
}

func (w *wire) travelTime(now trouble) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now.jitter == 0 {
		return now.delay
	}
	return now.delay + time.Duration(w.chance.Int64N(int64(now.jitter)))
}

// untilTheCut returns how many of n bytes still arrive.
func (w *wire) untilTheCut(c *wireConn, n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	keep := min(n, c.left)
	c.left -= n
	return keep
}

// set makes something go wrong from now on, or nothing.
func (w *wire) set(now trouble) {
	w.mu.Lock()
	w.now = now
	for c := range w.conns {
		c.left = math.MaxInt
		if now.cut {
			c.left = now.cutAfter
		}
	}
	close(w.changed)
	w.changed = make(chan struct{})
	w.mu.Unlock()
	if now.down {
		w.reset()
	}
}

// reset cuts all connections of the moment.
func (w *wire) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.conns {
		c.cut()
	}
}

func (c *wireConn) cut() {
	cutOff(c.near)
	cutOff(c.far)
}

// cutOff ends a connection with a reset, as a firewall or a crash does.
func cutOff(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	if err := c.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return
	}
}
