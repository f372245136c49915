package devpg_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"example.com/telegram-login/internal/devpg"
)

// makePrograms puts empty programs into a new folder.
func makePrograms(t *testing.T, folder string, names ...string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/false\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFindBinaries_newestCompleteVersionOutsidePath(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	base := t.TempDir()
	makePrograms(t, filepath.Join(base, "9.6", "bin"), "postgres", "initdb")
	makePrograms(t, filepath.Join(base, "15", "bin"), "postgres", "initdb")
	makePrograms(t, filepath.Join(base, "16", "bin"), "postgres") // No initdb: of no use.

	// The version is looked for in the whole path, so the pattern is relative.
	t.Chdir(base)
	got, err := devpg.FindBinaries(t.Context(), devpg.Options{}, []string{"*/bin"})
	if want := filepath.Join("15", "bin"); err != nil || got != want {
		t.Errorf("FindBinaries = %q, %v; want %q", got, err, want)
	}
}

func TestFindBinaries_pathComesFirstAndLinksAreFollowed(t *testing.T) {
	folder, path := t.TempDir(), t.TempDir()
	makePrograms(t, folder, "postgres", "initdb")
	if err := os.Symlink(filepath.Join(folder, "postgres"), filepath.Join(path, "postgres")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", path)
	want, err := filepath.EvalSymlinks(folder) // A temporary folder may be behind a link too.
	if err != nil {
		t.Fatal(err)
	}
	if got, err := devpg.FindBinaries(t.Context(), devpg.Options{}, nil); err != nil || got != want {
		t.Errorf("FindBinaries = %q, %v; want %q", got, err, want)
	}
}

func TestFindBinaries_nothingFoundNamesTheCures(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	o := devpg.Options{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
	_, err := devpg.FindBinaries(t.Context(), o, nil)
	for _, cure := range []string{"install PostgreSQL", "install Node.js", "-database postgres://", "TEST_DATABASE_URL"} {
		if err == nil || !strings.Contains(err.Error(), cure) {
			t.Errorf("FindBinaries error = %v, want %q in it", err, cure)
		}
	}
}
