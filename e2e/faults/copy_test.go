package faults_test

import (
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
)

// siteCopy is one of the copies of the site, over all its lives.
type siteCopy struct {
	name    string
	program string
	address string
	admin   string
	clock   string   // Where its clock is set, if it can be.
	env     []string // Without the addresses.
	wire    *wire
	log     output
	process *process
}

func newCopy(t *testing.T, name, program string, wire *wire) *siteCopy {
	t.Helper()
	return &siteCopy{name: name, program: program, address: freeAddress(t), admin: freeAddress(t), wire: wire}
}

// start returns when the copy serves. It has the addresses that it had before.
func (c *siteCopy) start(t *testing.T) {
	t.Helper()
	env := append([]string{"LISTEN_ADDR=" + c.address, "ADMIN_ADDR=" + c.admin}, c.env...)
	p, err := startProcess(t, `"msg":"serving"`, &c.log, c.program, nil, env)
	if errors.Is(err, errAddressInUse) {
		t.Fatalf("%s: somebody took %s or %s", c.name, c.address, c.admin)
	}
	c.process = p
}

// restart is what a new version does to a copy: SIGTERM, a clean end, a start.
func (c *siteCopy) restart(t *testing.T) {
	t.Helper()
	c.process.terminate(t)
	c.start(t)
}

// end stops the copy at the end of the test. One that ended by itself has failed.
func (c *siteCopy) end(t *testing.T) {
	t.Helper()
	switch {
	case c.process == nil:
	case c.process.hasEnded():
		t.Errorf("%s ended by itself: %v", c.name, c.process.err)
	default:
		c.process.terminate(t)
	}
	if t.Failed() {
		t.Logf("the last words of %s:\n%s", c.name, lastWords(c.log.String()))
	}
}

// lastWords are what a copy complained of last.
func lastWords(text string) string {
	const enough = 8
	var lines []string
	for line := range strings.Lines(text) {
		if !strings.Contains(line, `"level":"INFO"`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-enough):], "")
}

// handedOut are the addresses that freeAddress has returned: until somebody listens
// there, the system may name the same one again.
var handedOut sync.Map

// freeAddress is one on which nobody listens at the moment, and another one each time.
func freeAddress(t *testing.T) string {
	t.Helper()
	for {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := l.Addr().String()
		_ = l.Close()
		if _, again := handedOut.LoadOrStore(address, true); !again {
			return address
		}
	}
}
