package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of times in /proc: USER_HZ, which is 100 on Linux.
const clockTick = 10 * time.Millisecond

// processorTime is what a process and its children have used of the processors,
// as far as they live or were waited for. Zero where there is no /proc.
func processorTime(root int) time.Duration {
	parents, used := make(map[int]int), make(map[int]time.Duration)
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		if pid, parent, time, ok := readStat(stat); ok {
			parents[pid], used[pid] = parent, time
		}
	}
	var sum time.Duration
	for pid := range used {
		for p := pid; p > 1; p = parents[p] {
			if p == root {
				sum += used[pid]
				break
			}
		}
	}
	return sum
}

// readStat reads one line of proc(5)'s /proc/pid/stat.
func readStat(path string) (pid, parent int, used time.Duration, ok bool) {
	content, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, 0, false // It has ended meanwhile.
	}
	begin, rest, found := strings.Cut(string(content), " (")
	at := strings.LastIndex(rest, ") ")
	if !found || at < 0 {
		return 0, 0, 0, false
	}
	fields := strings.Fields(rest[at+2:]) // From the third on.
	if len(fields) < 15 {
		return 0, 0, 0, false
	}
	pid, _ = strconv.Atoi(begin)
	parent, _ = strconv.Atoi(fields[1])
	for _, field := range fields[11:15] { // utime, stime, cutime, cstime.
		ticks, _ := strconv.Atoi(field)
		used += time.Duration(ticks) * clockTick
	}
	return pid, parent, used, true
}

// postmaster is the process id of the database server.
func (b *bench) postmaster() (int, error) {
	content, err := os.ReadFile(filepath.Join(b.work, "postgresql", "cluster", "postmaster.pid"))
	if err != nil {
		return 0, fmt.Errorf("find PostgreSQL's process: %w", err)
	}
	line, _, _ := strings.Cut(string(content), "\n")
	return strconv.Atoi(line)
}
