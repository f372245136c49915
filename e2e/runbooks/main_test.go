package runbooks_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	// What stands behind the programs that are built here. Without these two a
	// result would be taken from the cache although the site has changed.
	_ "example.com/telegram-login/internal/app"
	_ "example.com/telegram-login/internal/telegramsim"
)

// workDir holds the built programs.
var workDir string

// TestMain is also the program behind the names that the scripts call.
func TestMain(m *testing.M) {
	if name := filepath.Base(os.Args[0]); isStandIn(name) {
		os.Exit(ask(name, os.Args[1:]))
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "telegram-login-runbooks-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	workDir = dir
	return m.Run()
}

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
	return filepath.Join(workDir, name)
}

var buildAll = sync.OnceValue(func() error {
	command := exec.Command("go", "build", "-tags", "nomsgpack", // As the image does it.
		"-o", workDir+string(filepath.Separator), "../../cmd/site", "../../cmd/telegram-sim")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building the programs: %w\n%s", err, output)
	}
	return nil
})
