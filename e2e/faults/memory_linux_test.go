package faults_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// memoryFolder begins the names of what is kept in memory. The number of the
// process in the rest tells later ones whether anybody still needs it.
const memoryFolder = "telegram-login-faults-"

// inMemory is the pattern of a folder in memory, if there is room for the data of
// a test. What killed runs have left there is removed.
func inMemory() (dir, pattern string, ok bool) {
	const (
		shared = "/dev/shm"
		room   = 2 << 30
		tmpfs  = 0x01021994 // TMPFS_MAGIC
	)
	var fs syscall.Statfs_t
	if err := syscall.Statfs(shared, &fs); err != nil || fs.Type != tmpfs {
		return "", "", false
	}
	left, _ := filepath.Glob(filepath.Join(shared, memoryFolder+"*"))
	for _, folder := range left {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), memoryFolder), "-")
		if _, err := os.Stat(filepath.Join("/proc", pid)); os.IsNotExist(err) {
			_ = os.RemoveAll(folder) // If it fails, the next run tries again.
		}
	}
	return shared, fmt.Sprintf("%s%d-*", memoryFolder, os.Getpid()), float64(fs.Bavail)*float64(fs.Bsize) >= room
}
