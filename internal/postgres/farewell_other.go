//go:build !unix

package postgres

import "syscall"

// hasSomethingToRead is not known here. The pool still asks a connection that
// was idle for a second whether it lives.
func hasSomethingToRead(syscall.Conn) bool { return false }
