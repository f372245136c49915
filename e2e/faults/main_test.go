package faults_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	// What stands behind the programs that are built here. Without these two a
	// result would be taken from the cache although the site has changed.
	_ "example.com/telegram-login/internal/app"
	_ "example.com/telegram-login/internal/telegramsim"
)

// workDir holds the built programs.
var workDir string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	dir, err := os.MkdirTemp("", "telegram-login-faults-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	workDir = dir
	defer table.print(os.Stdout)
	return m.Run()
}
