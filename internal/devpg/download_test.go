package devpg_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"example.com/telegram-login/internal/devpg"
)

// The way for machines without PostgreSQL, from the registry to a query.
//
// Without npm or the registry the test is skipped on a laptop, and fails in CI.
func TestDownload_fetchedProgramsRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	log := slog.New(slog.DiscardHandler)
	bin, err := devpg.Download(t.Context(), dir, log)
	switch {
	case (errors.Is(err, devpg.ErrNoDownload) || errors.Is(err, devpg.ErrFetch)) && os.Getenv("CI") != "true":
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	server := start(t, devpg.Options{Dir: filepath.Join(dir, "data"), Binaries: bin, Fast: true})
	if got := setting(t, server, "server_version"); !strings.HasPrefix(got, "18.") {
		t.Errorf("server_version = %q, want the fetched 18", got)
	}

	left, err := filepath.Glob(filepath.Join(dir, "fetching-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	before, err := os.Stat(bin)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := devpg.Download(t.Context(), dir, log); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(bin); err != nil || !os.SameFile(before, after) {
		t.Errorf("what was there was fetched again: %v", err)
	}
}

func TestDownload_fileWithAnotherHashIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("the npm of this test is a shell script")
		return
	}
	path, dir := t.TempDir(), t.TempDir()
	npm := "#!/bin/sh\necho changed > changed.tgz\n"
	if err := os.WriteFile(filepath.Join(path, "npm"), []byte(npm), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", path)
	_, err := devpg.Download(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "SHA-512") {
		t.Errorf("Download error = %v, want a refusal that names the SHA-512", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
