package devpg

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// cluster is PostgreSQL's word for the data of one server.
type cluster struct {
	data     string
	bin      string
	account  account
	password string
}

// openCluster returns the cluster of the folder, and creates it when there is
// none or when Reset asks for a new one.
func openCluster(ctx context.Context, o Options, bin string) (*cluster, error) {
	c := &cluster{data: clusterDir(o.Dir), bin: bin}
	if o.Reset {
		if err := c.remove(); err != nil {
			return nil, err
		}
	}
	info, err := os.Stat(c.data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := c.create(ctx, o); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, fmt.Errorf("opening the data folder: %w", err)
	default:
		c.account = ownerAccount(info)
		if err := c.checkVersion(ctx); err != nil {
			return nil, err
		}
	}
	password, err := os.ReadFile(passwordFile(o.Dir))
	if err != nil {
		return nil, fmt.Errorf("reading the password of the server: %w", err)
	}
	c.password = strings.TrimSpace(string(password))
	return c, nil
}

// remove deletes the cluster, if there is one. Anything else in its place is
// somebody's, and stays.
func (c *cluster) remove() error {
	if _, err := os.Stat(c.data); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(filepath.Join(c.data, "PG_VERSION")); err != nil {
		return fmt.Errorf("%s holds no data of PostgreSQL, and is not removed", c.data)
	}
	if err := os.RemoveAll(c.data); err != nil {
		return fmt.Errorf("removing the old data: %w", err)
	}
	return nil
}

func passwordFile(dir string) string {
	return filepath.Join(dir, "password")
}

// create makes an empty cluster beside its place and moves it there when it is
// complete, so that an interrupted start leaves nothing that looks ready.
func (c *cluster) create(ctx context.Context, o Options) error {
	building := c.data + ".new"
	if err := os.RemoveAll(building); err != nil {
		return fmt.Errorf("removing an unfinished cluster: %w", err)
	}
	if err := os.Mkdir(building, 0o700); err != nil {
		return fmt.Errorf("creating the data folder: %w", err)
	}
	var err error
	if c.account, err = chooseAccount(ctx, c.bin, building); err != nil {
		return err
	}
	if err := c.fill(ctx, o, building); err != nil {
		return err
	}
	if err := os.Rename(building, c.data); err != nil {
		return fmt.Errorf("creating the data folder: %w", err)
	}
	return nil
}

// initdb creates a cluster in an empty folder. Passwords are required of
// everybody: loopback is open to every user of the machine.
func (c *cluster) initdb(ctx context.Context, o Options, folder string) error {
	o.Log.InfoContext(ctx, "creating a database cluster, once", "dir", folder)
	password := passwordFile(o.Dir)
	if err := os.Remove(password); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the old password: %w", err)
	}
	if err := os.WriteFile(password, []byte(rand.Text()+"\n"), 0o600); err != nil {
		return fmt.Errorf("writing the password of the server: %w", err)
	}
	if err := c.account.own(password); err != nil {
		return err
	}
	arguments := append(initdbArguments(o.Fast), "--pwfile", password, "-D", folder)
	if _, err := runToEnd(c.account.command(ctx, filepath.Join(c.bin, "initdb"), arguments...)); err != nil {
		return fmt.Errorf("creating a database cluster: %w", err)
	}
	return nil
}

func initdbArguments(fast bool) []string {
	arguments := []string{
		"-U", superuser, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-instructions",
	}
	if fast {
		arguments = append(arguments, "-N")
	}
	return arguments
}

// majorVersion finds "15" in "postgres (PostgreSQL) 15.18 (Debian …)".
var majorVersion = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// checkVersion refuses data of another major version: PostgreSQL cannot read it.
func (c *cluster) checkVersion(ctx context.Context) error {
	written, err := os.ReadFile(filepath.Join(c.data, "PG_VERSION"))
	if err != nil {
		return fmt.Errorf("%s is not a PostgreSQL data folder: %w", c.data, err)
	}
	printed, err := c.account.version(ctx, c.bin, c.data)
	if err != nil {
		return err
	}
	match := majorVersion.FindStringSubmatch(printed)
	if match == nil {
		return fmt.Errorf("cannot read the version of %s in %q", c.bin, printed)
	}
	if before := strings.TrimSpace(string(written)); before != match[1] {
		return fmt.Errorf("the data in %s was written by PostgreSQL %s, and %s has PostgreSQL %s: "+
			"install version %s, or start with an empty database (reset)", c.data, before, c.bin, match[1], before)
	}
	return nil
}
