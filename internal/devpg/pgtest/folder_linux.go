package pgtest

import (
	"os"
	"syscall"
)

// folderForData prefers memory: cloning a database is then two to ten times
// faster, and does not suffer from what else uses the disk. Containers often
// have a /dev/shm of 64 MB, which is too small.
func folderForData() (folder string, onTmpfs bool) {
	const (
		shared = "/dev/shm"
		room   = 1 << 30
		tmpfs  = 0x01021994 // TMPFS_MAGIC
	)
	var fs syscall.Statfs_t
	if err := syscall.Statfs(shared, &fs); err != nil || fs.Type != tmpfs {
		return os.TempDir(), false
	}
	if free := float64(fs.Bavail) * float64(fs.Bsize); free >= room {
		return shared, true
	}
	return os.TempDir(), false
}
