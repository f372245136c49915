//go:build unix

package postgres

import (
	"errors"
	"syscall"
)

// hasSomethingToRead looks without taking. The end of the stream counts.
//
// By Control and not by Read: pgx may have left a goroutine reading, after a
// write that took long, and Read would wait for its turn, for ever.
func hasSomethingToRead(socket syscall.Conn) bool {
	raw, err := socket.SyscallConn()
	if err != nil {
		return true // Closed.
	}
	nothing := false
	err = raw.Control(func(descriptor uintptr) {
		var next [1]byte
		_, _, err := syscall.Recvfrom(int(descriptor), next[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		nothing = errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EINTR)
	})
	return err != nil || !nothing
}
