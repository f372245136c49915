package devpg

import (
	"bytes"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// runToEnd runs a program that ends by itself, or with the context that it was
// made with, and returns what it printed.
func runToEnd(cmd *exec.Cmd) (string, error) {
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.WaitDelay = time.Second // For what a killed program had started.

	ended := make(chan error)
	go func() {
		runtime.LockOSThread() // For the same reason as in process.run.
		ended <- cmd.Run()
	}()
	if err := <-ended; err != nil {
		return "", fmt.Errorf("running %s: %w: %s", cmd.Path, err, strings.TrimSpace(output.String()))
	}
	return output.String(), nil
}
