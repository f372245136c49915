package peers_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

const botToken = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// start starts a peer as the benchmark does, returns when it answers, and stops it
// after the test.
func (p peer) start(t *testing.T, databaseURL string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	listener.Close()

	cmd := exec.Command(p.program("run"))
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(),
		"PORT=" + port, "DATABASE_URL=" + databaseURL, "TELEGRAM_BOT_TOKEN=" + botToken,
	}
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // How it ended stands in its log.
		close(ended)
	}()
	t.Cleanup(func() { stop(t, cmd, ended) })
	p.await(t, address, ended)
	return address
}

// await waits until the page answers, if only that it is for nobody: its tables
// have to be made first.
func (p peer) await(t *testing.T, address string, ended <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+p.Page, nil)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := http.DefaultTransport.RoundTrip(request); err == nil {
			answer.Body.Close()
			if answer.StatusCode < http.StatusInternalServerError {
				return
			}
		}
		select {
		case <-ctx.Done():
			t.Fatal("not ready")
		case <-ended:
			t.Fatal("ended before it was ready")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop fails the test when a signal does not end the peer: the next round of the
// benchmark would be measured beside it.
func stop(t *testing.T, cmd *exec.Cmd, ended <-chan struct{}) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("stopping: %v", err)
	}
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Error("did not stop when asked to")
		_ = cmd.Process.Kill() // It may end just now.
		<-ended
	}
}
