package faults_test

import (
	"errors"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is one life of one of our programs.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	err    error // Of its end; valid after exited.
}

var errAddressInUse = errors.New("address already in use")

// startProcess runs a program and returns when it has written the given words to
// the output. It returns errAddressInUse when another process was quicker to take
// the port. Ending it is the caller's.
func startProcess(t *testing.T, ready string, output *output, path string, args, env []string) (*process, error) {
	t.Helper()
	p := &process{cmd: exec.Command(path, args...), exited: make(chan struct{})}
	p.cmd.Env = env
	p.cmd.Stdout, p.cmd.Stderr = output, output
	p.cmd.SysProcAttr = attributes()
	before := output.len()
	started := make(chan error)
	go p.run(started)
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	deadline := time.After(patience)
	for {
		text, grown := output.from(before)
		if strings.Contains(text, ready) {
			return p, nil
		}
		select {
		case <-grown:
		case <-p.exited:
			text, _ := output.from(before)
			if strings.Contains(text, errAddressInUse.Error()) {
				return nil, errAddressInUse
			}
			t.Fatalf("%s ended: %v\n%s", path, p.err, text)
		case <-deadline:
			p.kill()
			t.Fatalf("%s is not ready:\n%s", path, text)
		}
	}
}

// run starts the program and waits for its end, on a thread of its own: Linux
// signals the child when the thread that started it ends, and the threads that
// start PostgreSQL end with it.
func (p *process) run(started chan<- error) {
	runtime.LockOSThread()
	err := p.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	p.err = p.cmd.Wait()
	close(p.exited)
}

// terminate is what an operator does: SIGTERM, and a clean end.
func (p *process) terminate(t *testing.T) {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	p.mustEnd(t)
}

func (p *process) mustEnd(t *testing.T) {
	t.Helper()
	select {
	case <-p.exited:
	case <-time.After(patience):
		t.Errorf("%s did not stop when asked to", p.cmd.Path)
		p.kill()
	}
	if p.err != nil {
		t.Errorf("%s: %v", p.cmd.Path, p.err)
	}
}

// kill is kill -9: nothing is finished, nothing is given back.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// hasEnded reports whether the program has ended, in whatever way.
func (p *process) hasEnded() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}
