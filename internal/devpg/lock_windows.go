package devpg

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockedPlace is a byte far behind the content, so that others can still read
// who the owner is.
var lockedPlace = windows.Overlapped{OffsetHigh: 1}

// lockFile does not wait: the owner may run for days.
func lockFile(file *os.File) error {
	place := lockedPlace
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, &place)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errLocked
	}
	return err
}

func unlockFile(file *os.File) error {
	place := lockedPlace
	return windows.UnlockFileEx(windows.Handle(file.Fd()), 0, 1, 0, &place)
}
