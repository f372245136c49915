package devpg

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// errLocked is what the platform's lock returns when somebody else has it.
var errLocked = errors.New("locked by another process")

// folderLock is held as long as a server uses a folder. The system lets go of it
// when this process ends, in whatever way.
type folderLock struct{ file *os.File }

// acquireLock takes the lock of a folder, or reports who has it.
//
// PostgreSQL has a lock of its own, postmaster.pid, but believes in any process
// that happens to have the number in it: after a crash in a container, where
// numbers are small and come back, it would refuse to start.
func acquireLock(dir string) (*folderLock, error) {
	path := filepath.Join(dir, "lock")
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	if err := lockFile(file); err != nil {
		owner, _ := io.ReadAll(io.LimitReader(file, 20))
		_ = file.Close()
		if errors.Is(err, errLocked) {
			return nil, fmt.Errorf("%s is already in use by process %s: stop that one, or choose another folder",
				dir, describeOwner(string(owner)))
		}
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	if err := file.Truncate(0); err == nil {
		_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0) // Only for the message above.
	}
	return &folderLock{file}, nil
}

func describeOwner(pid string) string {
	if pid = strings.TrimSpace(pid); pid != "" {
		return pid
	}
	return "(unknown)"
}

// release lets the next server in. Closing alone would not do at once: a child
// that another goroutine is just starting still holds a copy of the file.
func (l *folderLock) release() {
	_ = unlockFile(l.file)
	_ = l.file.Close()
}
