package runbooks_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// standIns are the names under which the scripts call this program.
var standIns = []string{"systemctl", "journalctl", "step"}

func isStandIn(name string) bool { return slices.Contains(standIns, name) }

// askVariable holds the socket on which the test listens for them.
const askVariable = "RUNBOOK_SOCKET"

// call is one call of such a program.
type call struct {
	Program string
	Args    []string
	reply   chan reply
}

// reply is what it prints and how it ends.
type reply struct {
	Output string
	Status int
}

// ask is the program: it hands its arguments to the test and does as it is told.
func ask(program string, args []string) int {
	socket := os.Getenv(askVariable)
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}
	question, err := json.Marshal(call{Program: program, Args: args})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	resp, err := client.Post("http://test/", "application/json", bytes.NewReader(question))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer resp.Body.Close()
	var answer reply
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	_, _ = io.WriteString(os.Stdout, answer.Output)
	return answer.Status
}

// hearCalls returns a folder for the path with the programs in it, the socket they
// talk to, and the calls.
func hearCalls(t *testing.T) (folder, socket string, calls <-chan call) {
	t.Helper()
	folder = t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range standIns {
		if err := os.Symlink(self, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	// Not in the folder: with the name of the test the address could be too long.
	socket = filepath.Join(workDir, rand.Text())
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan call)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := call{reply: make(chan reply, 1)}
		if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		select {
		case heard <- c:
			_ = json.NewEncoder(w).Encode(<-c.reply)
		case <-r.Context().Done():
		}
	})}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return folder, socket, heard
}

// done is the answer of a program that had nothing to say.
func done() reply { return reply{} }

func failed(format string, args ...any) reply {
	return reply{Output: fmt.Sprintf(format, args...) + "\n", Status: 1}
}

// stepNumber reads the argument of step.
func (c call) stepNumber(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(c.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
