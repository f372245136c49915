package runbooks_test

import (
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is one life of a program.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	err    error // Of its end; valid after exited.
}

func startProcess(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, exited: make(chan struct{})}
	cmd.SysProcAttr = attributes()
	cmd.WaitDelay = time.Second // For what a killed program had started.
	started := make(chan error)
	go p.run(started)
	return p, <-started
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

// terminate is what systemd does: SIGTERM, and some patience. It returns how the
// program ended.
func (p *process) terminate() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.kill()
	}
	return p.err
}

// kill ends the program and its children, if they are still there.
func (p *process) kill() {
	select {
	case <-p.exited:
	default:
		endGroup(p.cmd.Process.Pid)
		<-p.exited
	}
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
