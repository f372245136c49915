package devpg

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"
)

// process is a server process that is our child.
type process struct {
	cmd    *exec.Cmd
	log    *slog.Logger
	ready  chan struct{} // closed when the server accepts connections
	exited chan struct{} // closed when the process has ended; err is set before
	err    error

	mu    sync.Mutex
	lines []string // what the server printed last
}

// startProcess starts cmd and follows what it prints.
func startProcess(cmd *exec.Cmd, log *slog.Logger) (*process, error) {
	p := &process{cmd: cmd, log: log, ready: make(chan struct{}), exited: make(chan struct{})}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	started := make(chan error)
	go p.run(stderr, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	return p, nil
}

// run starts the process and waits for its end.
//
// On Linux the kernel signals the child when the thread that started it ends,
// not when the process does. So this goroutine keeps its thread to itself, for
// as long as the child lives.
func (p *process) run(stderr io.Reader, started chan<- error) {
	runtime.LockOSThread()
	err := p.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	p.follow(stderr)
	p.err = p.cmd.Wait()
	close(p.exited)
}

// follow reads what the server prints until it ends.
func (p *process) follow(stderr io.Reader) {
	const keep = 20
	isReady := false
	for scanner := bufio.NewScanner(stderr); scanner.Scan(); {
		line := scanner.Text()
		p.log.Debug("postgres", "line", line)
		p.mu.Lock()
		p.lines = append(p.lines, line)
		p.lines = p.lines[max(0, len(p.lines)-keep):]
		p.mu.Unlock()
		if !isReady && strings.Contains(line, "database system is ready to accept connections") {
			isReady = true
			close(p.ready)
		}
	}
	// A line too long for the scanner ends the loop; the server must still be
	// able to print.
	_, _ = io.Copy(io.Discard, stderr)
}

// lastWords are the last lines that the server printed.
func (p *process) lastWords() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n")
}

// stop ends the server cleanly, or the hard way when that takes too long.
func (p *process) stop(patience time.Duration) error {
	select {
	case <-p.exited:
		return fmt.Errorf("PostgreSQL had ended by itself (%s): %s", p.cmd.ProcessState, p.lastWords())
	default:
	}
	if err := interrupt(p.cmd); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stopping PostgreSQL: %w", err)
	}
	select {
	case <-p.exited:
		return nil
	case <-time.After(patience):
	}
	if err := p.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("stopping PostgreSQL: %w", err)
	}
	<-p.exited
	return fmt.Errorf("PostgreSQL did not stop within %s and was killed", patience)
}
