package pgtest

import "os"

// isAlive reports whether there is a process with this number.
func isAlive(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	_ = process.Release()
	return true
}
