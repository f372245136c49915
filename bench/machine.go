package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// machine is what the figures were taken on.
func (b *bench) machine(ctx context.Context) ([]string, error) {
	settings, err := database{b, "postgres"}.value(ctx, `
SELECT format('%s; fsync %s, synchronous_commit %s, full_page_writes %s, shared_buffers %s, max_connections %s, max_wal_size %s',
              split_part(version(), ' on ', 1), current_setting('fsync'), current_setting('synchronous_commit'),
              current_setting('full_page_writes'), current_setting('shared_buffers'), current_setting('max_connections'),
              current_setting('max_wal_size'))`)
	if err != nil {
		return nil, err
	}
	fsync, err := b.fsync()
	if err != nil {
		return nil, err
	}
	lines := []string{
		fmt.Sprintf("%s, %d processors, %s, %s; generator, program and database share them", cpuModel(), runtime.NumCPU(), memorySize(), kernel()),
		fmt.Sprintf("writing 8 KiB to the disk of the database with fsync takes %s", fsync.Round(10*time.Microsecond)),
		settings,
		fmt.Sprintf("%s; %s", runtime.Version(), strings.Join(dependencies("github.com/gin-gonic/gin", "github.com/jackc/pgx/v5"), ", ")),
	}
	if commit, err := command(ctx, b.root, "git", "describe", "--always", "--dirty"); err == nil {
		lines = append(lines, "commit "+strings.TrimSpace(commit))
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err == nil {
		lines = append(lines, "load average at the start: "+strings.Join(strings.Fields(string(load))[:3], " "))
	}
	return lines, nil
}

var (
	modelLine  = regexp.MustCompile(`(?m)^model name\s*: (.*)$`)
	memoryLine = regexp.MustCompile(`(?m)^MemTotal:\s*(\d+) kB$`)
)

func cpuModel() string { return firstMatch("/proc/cpuinfo", modelLine, runtime.GOARCH) }

func memorySize() string { return firstMatch("/proc/meminfo", memoryLine, "?") + " kB of memory" }

func kernel() string {
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return runtime.GOOS
	}
	return "Linux " + strings.TrimSpace(string(release))
}

func firstMatch(path string, line *regexp.Regexp, unknown string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return unknown
	}
	if found := line.FindSubmatch(content); found != nil {
		return string(found[1])
	}
	return unknown
}

// fsync is how long the disk takes to keep a page: no commit takes less.
func (b *bench) fsync() (time.Duration, error) {
	file, err := os.CreateTemp(b.work, "fsync-*")
	if err != nil {
		return 0, fmt.Errorf("try the disk: %w", err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	const tries = 100
	page := make([]byte, 8<<10)
	begun := time.Now()
	for range tries {
		if _, err := file.WriteAt(page, 0); err != nil {
			return 0, fmt.Errorf("try the disk: %w", err)
		}
		if err := file.Sync(); err != nil {
			return 0, fmt.Errorf("try the disk: %w", err)
		}
	}
	return time.Since(begun) / tries, nil
}

// dependencies are the versions of modules that the program was built with.
func dependencies(paths ...string) []string {
	var found []string
	info, _ := debug.ReadBuildInfo()
	for _, path := range paths {
		for _, module := range info.Deps {
			if module.Path == path {
				found = append(found, path+" "+module.Version)
			}
		}
	}
	return found
}
