package devpg_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"example.com/telegram-login/internal/devpg"
)

// childFolder makes this test program a child that runs a server and waits.
const childFolder = "DEVPG_TEST_CHILD_FOLDER"

func TestMain(m *testing.M) {
	dir, isChild := os.LookupEnv(childFolder)
	if !isChild {
		os.Exit(m.Run())
	}
	if dir != "" {
		server, err := devpg.Start(context.Background(), devpg.Options{Dir: dir})
		if err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		fmt.Println(server.URL("postgres"))
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // Until it is killed, or the test is gone.
}

// startChild runs this test program as a child and returns the first line that
// it prints: the address of its server. Without a folder it runs none.
func startChild(t *testing.T, dir string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+dir)
	if _, err := cmd.StdinPipe(); err != nil { // Open until the test ends.
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { killAndWait(cmd) })
	if dir == "" {
		return cmd, ""
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || strings.HasPrefix(line, "error:") {
		t.Fatalf("the child printed %q: %v", line, err)
	}
	return cmd, strings.TrimSpace(line)
}

// killAndWait is kill -9: the child can do nothing about it.
func killAndWait(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

func pidText() string { return strconv.Itoa(os.Getpid()) }
