package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a program that serves HTTP and is measured.
type process struct {
	cmd     *exec.Cmd
	address string
	admin   string // Of the site only.
	begun   time.Time
	ready   time.Duration // From exec to the first good answer.
	behind  []*process    // Whom it leads to.
	log     string        // The file with what it says.
	ended   chan struct{}
}

const (
	startTimeout = 60 * time.Second // A peer may have to make its tables.
	stopTimeout  = 30 * time.Second
)

// run starts a program that reads from its environment where to listen, and waits
// until it answers at a path without a 5xx.
func (b *bench) run(ctx context.Context, path, readyPath string, env ...string) (*process, error) {
	return b.runOn(ctx, readyPath, func(address string) (*exec.Cmd, error) {
		_, port, _ := net.SplitHostPort(address)
		cmd := exec.Command(path) //nolint:noctx // It is stopped gently.
		cmd.Env = append([]string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + b.work, "LISTEN_ADDR=" + address, "PORT=" + port, "PUBLIC_URL=http://localhost:" + port,
		}, env...)
		return cmd, nil
	})
}

func (b *bench) runOn(ctx context.Context, readyPath string, program func(address string) (*exec.Cmd, error)) (*process, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	cmd, err := program(address)
	if err != nil {
		return nil, err
	}
	p, err := b.begin(cmd, address)
	if err != nil {
		return nil, err
	}
	if err := p.await(ctx, readyPath); err != nil {
		said, _ := os.ReadFile(p.log)
		p.stop()
		return nil, fmt.Errorf("%s: %w: %.2000s", filepath.Base(cmd.Path), err, said)
	}
	return p, nil
}

// begin starts a program; what it says goes to a file.
func (b *bench) begin(cmd *exec.Cmd, address string) (*process, error) {
	name := filepath.Base(cmd.Path)
	log, err := os.CreateTemp(b.work, name+"-*.log")
	if err != nil {
		return nil, fmt.Errorf("make a log: %w", err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	p := &process{cmd: cmd, address: address, log: log.Name(), begun: time.Now(), ended: make(chan struct{})}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		_ = cmd.Wait() // How it ended stands in its log.
		close(p.ended)
	}()
	return p, nil
}

func (p *process) await(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+path, nil)
		if err != nil {
			return fmt.Errorf("ask: %w", err)
		}
		answer, err := http.DefaultTransport.RoundTrip(request)
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode < http.StatusInternalServerError {
				p.ready = time.Since(p.begun)
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not ready: %w", ctx.Err())
		case <-p.ended:
			return errors.New("ended before it was ready")
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// stop ends it gently, and else at once.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // It may have ended.
	select {
	case <-p.ended:
	case <-time.After(stopTimeout):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
	_ = os.Remove(p.log)
	stopAll(p.behind)
}

// handedOut are the addresses that freeAddress has returned: until somebody listens
// there, the system may name the same one again.
var handedOut sync.Map

// freeAddress is one on which nobody listens at the moment, and another one each time.
func freeAddress(ctx context.Context) (string, error) {
	for {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return "", fmt.Errorf("find a free port: %w", err)
		}
		address := l.Addr().String()
		_ = l.Close()
		if _, again := handedOut.LoadOrStore(address, true); !again {
			return address, nil
		}
	}
}

// resident is how much memory the process holds, in bytes.
func (p *process) resident() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("memory: %w", err)
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	text, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	kilobytes, err := strconv.ParseInt(text, 10, 64)
	return kilobytes << 10, err
}
