//go:build unix

package devpg

import (
	"os/exec"
	"syscall"
)

// interrupt asks for PostgreSQL's "fast shutdown": connections are cut, and the
// data is written out.
func interrupt(cmd *exec.Cmd) error {
	return cmd.Process.Signal(syscall.SIGINT)
}
