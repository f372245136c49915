package e2e_test

import (
	"fmt"
	"os"
	"testing"

	// What stands behind the programs that are built here. Without these two a
	// result would be taken from the cache although the site has changed.
	_ "example.com/telegram-login/internal/app"
	_ "example.com/telegram-login/internal/telegramsim"
)

// workDir holds the built programs and the browser's profile.
var workDir string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "telegram-login-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	workDir = dir
	defer stopBrowser()
	return m.Run()
}
