package devpg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// fill puts an empty cluster into a folder: a copy of the one in the cache when
// there is one, because initdb is most of the time that a first start takes.
//
// Clusters made from one copy have the same password. Whoever can read the
// cache is the user to whom all of them belong.
func (c *cluster) fill(ctx context.Context, o Options, folder string) error {
	if o.Cache == "" {
		return c.initdb(ctx, o, folder)
	}
	version, err := c.account.version(ctx, c.bin, folder)
	if err != nil {
		return err
	}
	key := sha256.Sum256([]byte(version + " " + strings.Join(initdbArguments(o.Fast), " ")))
	cached := filepath.Join(o.Cache, "cluster-"+hex.EncodeToString(key[:8]))
	if _, err := os.Stat(cached); err == nil {
		return c.copyFrom(cached, folder, passwordFile(o.Dir))
	}
	if err := c.initdb(ctx, o, folder); err != nil {
		return err
	}
	if err := storeCluster(folder, passwordFile(o.Dir), cached); err != nil {
		o.Log.InfoContext(ctx, "the database cluster is not cached", "error", err) // Only the next start is slower.
	}
	return nil
}

// copyFrom fills a folder from the cache and gives everything to the account.
func (c *cluster) copyFrom(cached, folder, password string) error {
	err := errors.Join(
		copyTree(filepath.Join(cached, "cluster"), folder, c.account.own),
		copyFile(filepath.Join(cached, "password"), password, c.account.own),
	)
	if err != nil {
		return fmt.Errorf("copying the cached cluster %s: %w", cached, err)
	}
	return nil
}

// storeCluster copies an empty cluster and its password into the cache. The name
// of the copy is given last: another process never sees half of it.
func storeCluster(folder, password, cached string) error {
	if err := makeFolder(filepath.Dir(cached)); err != nil {
		return err
	}
	building, err := os.MkdirTemp(filepath.Dir(cached), "storing-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(building)
	keepOwner := func(string) error { return nil }
	err = errors.Join(
		copyTree(folder, filepath.Join(building, "cluster"), keepOwner),
		copyFile(password, filepath.Join(building, "password"), keepOwner),
	)
	if err != nil {
		return err
	}
	if err := os.Rename(building, cached); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// copyTree copies folders and files, readable by their owner alone, as
// PostgreSQL demands. The target folder may exist.
func copyTree(source, target string, own func(string) error) error {
	return filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(source, path)
		if err != nil {
			return err
		}
		to := filepath.Join(target, relative)
		if !entry.IsDir() {
			return copyFile(path, to, own)
		}
		if err := os.Mkdir(to, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return own(to)
	})
}

// copyFile is for the small files of an empty cluster.
func copyFile(source, target string, own func(string) error) error {
	content, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	if err := os.WriteFile(target, content, 0o600); err != nil { //nolint:gosec // G703: both folders are ours.
		return err
	}
	return own(target)
}
