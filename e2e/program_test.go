package e2e_test

import (
	"errors"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a program or a page may take. Nothing comes near it
// unless something is broken, or the machine does ten other things.
const patience = 45 * time.Second

// program is one of our programs, running.
type program struct {
	cmd    *exec.Cmd
	output output
	ready  bool
	exited chan struct{}
	err    error // Of its end; valid after exited.
}

var errAddressInUse = errors.New("address already in use")

// start runs a program until the test ends, and returns when the program has
// written the given words. It returns errAddressInUse when another process was
// quicker to take the port.
func start(t *testing.T, ready, path string, args, env []string) (*program, error) {
	t.Helper()
	p := &program{cmd: exec.Command(path, args...), exited: make(chan struct{})}
	p.output.grown = make(chan struct{})
	p.cmd.Env = env
	p.cmd.Stdout, p.cmd.Stderr = &p.output, &p.output
	p.cmd.SysProcAttr = attributes()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() { p.stop(t) })
	deadline := time.After(patience)
	for {
		text, grown := p.output.read()
		if strings.Contains(text, ready) {
			p.ready = true
			return p, nil
		}
		select {
		case <-grown:
		case <-p.exited:
			text, _ := p.output.read()
			if strings.Contains(text, errAddressInUse.Error()) {
				return nil, errAddressInUse
			}
			t.Fatalf("%s ended: %v\n%s", path, p.err, text)
		case <-deadline:
			t.Fatalf("%s is not ready:\n%s", path, text)
		}
	}
}

// stop ends the program as an operator would, and shows what it had to say if
// the test has failed.
func (p *program) stop(t *testing.T) {
	t.Helper()
	select {
	case <-p.exited:
		if !p.ready { // The start has failed, and has been dealt with.
			return
		}
		t.Errorf("%s ended by itself: %v", p.cmd.Path, p.err)
	default:
		p.interrupt(t)
	}
	if t.Failed() {
		text, _ := p.output.read()
		t.Logf("%s wrote:\n%s", p.cmd.Path, text)
	}
}

func (p *program) interrupt(t *testing.T) {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(patience):
		t.Errorf("%s did not stop when asked to", p.cmd.Path)
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
	if p.err != nil {
		t.Errorf("%s: %v", p.cmd.Path, p.err)
	}
}

// output collects what a program writes. It is safe for concurrent use.
type output struct {
	mu    sync.Mutex
	text  strings.Builder
	grown chan struct{} // Closed and replaced when something is added.
}

// Write adds to the text.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.grown)
	o.grown = make(chan struct{})
	return o.text.Write(b)
}

// read returns the text so far, and a channel that closes when there is more.
func (o *output) read() (string, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String(), o.grown
}
