package devpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// DefaultDir is where the demo keeps its data: in the cache folder of the user.
// Root's is outside its home, because the server runs as another user, to whom
// that home is closed. The folder is not created.
func DefaultDir() (string, error) {
	if os.Getuid() == 0 {
		return "/var/lib/telegram-login-dev", nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding a folder for the data of PostgreSQL: %w", err)
	}
	return filepath.Join(cache, "telegram-login-dev"), nil
}

// prepareDir creates the folder and returns its absolute path.
func prepareDir(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("starting PostgreSQL: no folder given for its data")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("starting PostgreSQL: %w", err)
	}
	if err := makeFolder(dir); err != nil {
		return "", fmt.Errorf("creating a folder for the data of PostgreSQL: %w", err)
	}
	return dir, nil
}

// makeFolder creates a folder and its parents. For root, others may pass through
// it, since the server's account must; what is inside is closed by itself.
func makeFolder(path string) error {
	if os.Getuid() == 0 {
		return os.MkdirAll(path, 0o711) //nolint:gosec // G301: others must pass, and see nothing.
	}
	return os.MkdirAll(path, 0o700)
}

// Remove deletes a folder that a server kept its data in, and does nothing when
// there is none. A server that is still ending there is waited for; a folder in
// use is refused.
func Remove(ctx context.Context, dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, err := acquireLock(dir)
	if err != nil {
		return err
	}
	defer lock.release()
	if err := endLeftover(ctx, clusterDir(dir)); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("removing the data of PostgreSQL: %w", err)
	}
	return nil
}

// clusterDir is PostgreSQL's data folder.
func clusterDir(dir string) string {
	return filepath.Join(dir, "cluster")
}
