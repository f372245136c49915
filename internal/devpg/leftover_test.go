//go:build unix

package devpg_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"example.com/telegram-login/internal/devpg"
)

func TestServer_endsWithItsParent(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Log("here the next start ends it, which the start below shows")
	}
	dir := t.TempDir()
	child, databaseURL := startChild(t, dir)
	conn := connect(t, databaseURL)
	killAndWait(child)
	if runtime.GOOS == "linux" {
		// It is cut short because the server ends, and completes if it does not.
		if _, err := conn.Exec(t.Context(), `SELECT pg_sleep(20)`); err == nil {
			t.Fatal("the server outlived its parent")
		}
	}
	start(t, devpg.Options{Dir: dir})
}

func TestStart_afterACrashOfEverything(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	child, databaseURL := startChild(t, dir)
	if _, err := connect(t, databaseURL).Exec(t.Context(), `CREATE TABLE kept ()`); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(serverPID(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	killAndWait(child)
	execute(t, start(t, devpg.Options{Dir: dir}), `SELECT FROM kept`)
}

// Numbers of processes come back, soonest in containers. PostgreSQL itself would
// take any process of the same user for a server.
func TestStart_staleFileWithTheNumberOfAnotherProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stop(t, start(t, devpg.Options{Dir: dir}))
	other, _ := startChild(t, "")
	stale := fmt.Sprintf("%d\n%s\n", other.Process.Pid, filepath.Join(dir, "cluster"))
	if err := os.WriteFile(pidFile(dir), []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, devpg.Options{Dir: dir})
	if err := other.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the other process was stopped: %v", err)
	}
}

func serverPID(t *testing.T, dir string) int {
	t.Helper()
	content, err := os.ReadFile(pidFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.Fields(string(content))[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func pidFile(dir string) string { return filepath.Join(dir, "cluster", "postmaster.pid") }
