//go:build unix

package pgtest

import (
	"errors"
	"syscall"
)

// isAlive reports whether there is a process with this number.
func isAlive(pid int) bool {
	return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
