package devpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// leftoverPatience is how long an earlier server gets to end: it writes out its
// data first.
const leftoverPatience = 15 * time.Second

// endLeftover deals with what a killed process left in the data folder: a server
// that is still ending (or, where it could not notice the death of its parent,
// still running), or a stale postmaster.pid. The caller holds the lock of the
// folder, so no living process of ours owns that server.
func endLeftover(ctx context.Context, data string) error {
	pidFile := filepath.Join(data, "postmaster.pid")
	pid, err := readPID(pidFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", pidFile, err)
	}
	if servesFolder(pid, data) {
		// Harmless when it is ending already.
		if process, err := os.FindProcess(pid); err == nil {
			_ = process.Signal(os.Interrupt)
		}
		if err := awaitEnd(ctx, pid, data); err != nil {
			return err
		}
	}
	if err := os.Remove(pidFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing a stale %s: %w", pidFile, err)
	}
	return nil
}

// awaitEnd looks again and again, because one can wait only for one's own children.
func awaitEnd(ctx context.Context, pid int, data string) error {
	ctx, cancel := context.WithTimeout(ctx, leftoverPatience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for servesFolder(pid, data) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%s is already in use by process %d, a PostgreSQL left over from an earlier run: stop it",
				data, pid)
		}
	}
	return nil
}

// readPID reads the first line of postmaster.pid. It is 0, which is nobody, when
// a crash cut the file off.
func readPID(pidFile string) (int, error) {
	content, err := os.ReadFile(pidFile)
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first))
	return pid, nil
}
