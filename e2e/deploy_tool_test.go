package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// deployRoot is where the files for production stand.
const deployRoot = "../deploy"

// deployTool finds the program whose word about a file counts. The tests with it
// need Linux: the programs are those of Debian, and so are the ways to run them.
func deployTool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil && runtime.GOOS == "linux":
		return path
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is missing: %v", name, err)
	default:
		t.Skipf("%s on Linux is needed: %v", name, err)
	}
	return ""
}

// deployRun runs a program that has to succeed, and returns what it says.
func deployRun(t *testing.T, path string, args ...string) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(path), strings.Join(args, " "), err, output)
	}
	return string(output)
}

// deployFile reads one of the files for production.
func deployFile(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(deployRoot, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// deployChange copies a file for production with what a machine of its own has to
// change in it, given as old and new text in turn. Each old text has to be there:
// otherwise another file would be tested than the one that is shipped.
func deployChange(t *testing.T, name, to string, changes ...string) {
	t.Helper()
	content := deployFile(t, name)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(content, changes[i]) {
			t.Fatalf("%s holds no %q", name, changes[i])
		}
	}
	content = strings.NewReplacer(changes...).Replace(content)
	if err := os.WriteFile(to, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
