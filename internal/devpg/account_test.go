package devpg_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.com/telegram-login/internal/devpg"
)

// As root, the first folder lets PostgreSQL run as another user, and the second
// only as root in a user namespace. To everybody else they are the same.
func TestStart_inFoldersOpenAndClosedToOthers(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]os.FileMode{"open": 0o711, "closed": 0o700} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parent, err := os.MkdirTemp("", "devpg-test-") //nolint:usetesting // That one is always closed.
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.RemoveAll(parent) })
			if err := os.Chmod(parent, mode); err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(parent, "data")
			server := start(t, devpg.Options{Dir: dir})
			execute(t, server, `CREATE TABLE kept ()`)
			stop(t, server)
			execute(t, start(t, devpg.Options{Dir: dir}), `SELECT FROM kept`)
		})
	}
}
