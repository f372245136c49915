package devpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
)

var errNoBinaries = errors.New("no PostgreSQL found on this machine")

// cures names every one, because its reader only wanted to see a demo.
const cures = `Any one of these helps:
  - install PostgreSQL (Debian and Ubuntu: apt install postgresql; macOS: brew install postgresql)
  - install Node.js, whose npm can fetch a prebuilt PostgreSQL, and be online once
  - use a server of your own (for the demo: -database postgres://…; for tests: TEST_DATABASE_URL)`

// usualFolders are where packages put PostgreSQL without adding it to PATH. Of
// several versions in one place, the newest is used.
var usualFolders = []string{
	"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                   // RPM packages of the PostgreSQL project
	"/opt/homebrew/opt/postgresql@*/bin",                 // Homebrew, Apple silicon
	"/usr/local/opt/postgresql@*/bin",                    // Homebrew, Intel
	"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",    // Homebrew, Linux
	"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
	"/Library/PostgreSQL/*/bin",                          // EDB, macOS
	`C:\Program Files\PostgreSQL\*\bin`,                  // EDB, Windows
}

// findBinaries returns the folder that holds postgres and initdb: one that is
// installed, or else a download.
func findBinaries(ctx context.Context, o Options, folders []string) (string, error) {
	if bin, ok := installedBinaries(folders); ok {
		return bin, nil
	}
	bin, err := Download(ctx, filepath.Join(cmp.Or(o.Cache, o.Dir), "binaries"), o.Log)
	if err != nil {
		return "", fmt.Errorf("%w: %w\n%s", errNoBinaries, err, cures)
	}
	return bin, nil
}

// installedBinaries looks at PATH first: what the user put there is meant.
func installedBinaries(patterns []string) (string, bool) {
	if program, err := exec.LookPath("postgres"); err == nil {
		// The folder of the real file, since initdb is often not linked too.
		if program, err = filepath.EvalSymlinks(program); err == nil && hasBinaries(filepath.Dir(program)) {
			return filepath.Dir(program), true
		}
	}
	for _, pattern := range patterns {
		folders, _ := filepath.Glob(pattern) // The patterns are ours and well-formed.
		slices.SortFunc(folders, func(a, b string) int { return cmp.Compare(versionIn(b), versionIn(a)) })
		for _, folder := range folders {
			if hasBinaries(folder) {
				return folder, true
			}
		}
	}
	return "", false
}

// hasBinaries wants both programs: packages for clients have neither, and some
// have postgres alone.
func hasBinaries(folder string) bool {
	for _, name := range []string{"postgres", "initdb"} {
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		if _, err := exec.LookPath(filepath.Join(folder, name)); err != nil {
			return false
		}
	}
	return true
}

var versionNumber = regexp.MustCompile(`\d+(\.\d+)?`)

// versionIn reads 16 from "/usr/lib/postgresql/16/bin", so that 9.6 is older
// than 16.
func versionIn(folder string) float64 {
	version, _ := strconv.ParseFloat(versionNumber.FindString(folder), 64)
	return version
}
