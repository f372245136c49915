package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"example.com/telegram-login/internal/devpg"
)

// bench is what all items share: the built programs and the database server.
type bench struct {
	options

	root   string // Of the repository.
	work   string // For everything that is made.
	server *devpg.Server
	pgbin  string // Where pgbench is.
}

// prepare builds the programs and starts a PostgreSQL that has nothing but its
// defaults: fsync, synchronous_commit and full_page_writes are on.
func prepare(ctx context.Context, o options) (*bench, error) {
	root, err := command(ctx, "", "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	b := &bench{options: o, root: strings.TrimSpace(root)}
	if b.work, err = os.MkdirTemp(o.dir, "telegram-login-bench-"); err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	b.say("building; everything is below %s", b.work)
	if err := b.build(ctx); err != nil {
		b.close()
		return nil, err
	}
	if b.pgbin, err = findPgbench(); err != nil {
		b.close()
		return nil, err
	}
	// The server runs as another user than root, who has to get there.
	if err := os.Chmod(b.work, 0o755); err != nil { //nolint:gosec // See above.
		return nil, fmt.Errorf("open the folder: %w", err)
	}
	b.server, err = devpg.Start(ctx, devpg.Options{Dir: filepath.Join(b.work, "postgresql")})
	if err != nil {
		b.close()
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	return b, nil
}

// build makes the site as the image has it, and the floors in the same way.
func (b *bench) build(ctx context.Context) error {
	for name, folder := range map[string]string{
		"site": "./cmd/site", "hello": "./bench/floors/hello", "onerow": "./bench/floors/onerow",
		"sessioncheck": "./bench/floors/sessioncheck",
	} {
		_, err := command(ctx, b.root, "go", "build", "-trimpath", "-tags", "nomsgpack", "-o", b.program(name), folder)
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) program(name string) string { return filepath.Join(b.work, "bin", name) }

func (b *bench) close() {
	if b.server != nil {
		if err := b.server.Stop(); err != nil {
			b.say("%v", err)
		}
	}
	if err := os.RemoveAll(b.work); err != nil {
		b.say("%v", err)
	}
}

// say tells who waits what is being done.
func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}

var errNoPgbench = errors.New("no pgbench: install PostgreSQL's server, which brings it")

func findPgbench() (string, error) {
	if path, err := exec.LookPath("pgbench"); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil && filepath.Base(target) == "pgbench" {
			return target, nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(found) == 0 {
		return "", errNoPgbench
	}
	return found[len(found)-1], nil
}

// command runs a program to its end and returns what it printed.
func command(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return string(out), nil
}
