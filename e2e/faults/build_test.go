package faults_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// built builds the programs once for all tests and returns the path of one.
func built(t *testing.T, name string) string {
	t.Helper()
	// Looking into the folder tells the test cache that its files matter: a
	// program cannot be imported as the packages behind it are.
	if _, err := os.ReadDir(filepath.Join("..", "..", "cmd", name)); err != nil {
		t.Fatal(err)
	}
	if err := buildAll(); err != nil {
		t.Fatal(err)
	}
	return programPath(name)
}

func programPath(name string) string {
	path := filepath.Join(workDir, name)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	return path
}

var buildAll = sync.OnceValue(func() error {
	return goBuild("-o", workDir+string(filepath.Separator), "../../cmd/site", "../../cmd/telegram-sim")
})

func goBuild(arguments ...string) error {
	// As the image does it.
	command := exec.Command("go", append([]string{"build", "-tags", "nomsgpack"}, arguments...)...)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building the programs: %w\n%s", err, output)
	}
	return nil
}
