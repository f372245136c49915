package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// built builds a program once for all tests and returns its path.
func built(t *testing.T, name string) string {
	t.Helper()
	// Looking into the folder tells the test cache that its files matter: a
	// program cannot be imported as the packages behind it are.
	if _, err := os.ReadDir(filepath.Join("..", "cmd", name)); err != nil {
		t.Fatal(err)
	}
	if err := buildAll(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(workDir, name)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	return path
}

var buildAll = sync.OnceValue(func() error {
	command := exec.Command("go", "build", "-o", workDir+string(filepath.Separator), "../cmd/site", "../cmd/telegram-sim")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building the programs: %w\n%s", err, output)
	}
	return nil
})
