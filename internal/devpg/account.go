package devpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// account says as whom PostgreSQL runs. It refuses to run as root, so a demo or
// a test that runs as root, as in most containers, must be somebody else for it.
// The zero value stands for the user who runs this program.
type account struct {
	uid, gid   uint32
	switchUser bool // become uid and gid
	namespace  bool // stay root outside, be an ordinary user inside (Linux)
}

// command prepares a program of PostgreSQL. It gets a fixed environment: PGDATA,
// PGPORT or a locale of the caller's would change what the server does.
func (a account) command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, arguments...)
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC", "PATH=/usr/local/bin:/usr/bin:/bin"}
	cmd.SysProcAttr = a.attributes()
	return cmd
}

// own gives a file or folder to the account.
func (a account) own(path string) error {
	if os.Getuid() != 0 {
		return nil // Only root can give something away, and only root needs to.
	}
	if err := os.Lchown(path, int(a.uid), int(a.gid)); err != nil {
		return fmt.Errorf("giving %s to the account of the server: %w", path, err)
	}
	return nil
}

// accounts lists as whom the server may run, best first.
func accounts() []account {
	if os.Getuid() != 0 {
		return []account{{}}
	}
	var list []account
	for _, name := range []string{"postgres", "nobody"} {
		if a, ok := lookUpAccount(name); ok {
			list = append(list, a)
		}
	}
	return append(list, rootAccounts()...)
}

func lookUpAccount(name string) (account, bool) {
	u, err := user.Lookup(name)
	if err != nil {
		return account{}, false
	}
	uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
	return account{uid: uint32(uid), gid: uint32(gid), switchUser: true}, errUID == nil && errGID == nil
}

// chooseAccount finds an account that can run the programs and reach the folder,
// and gives the folder to it. Another user than root may not: a folder below
// root's home is closed to everybody else.
func chooseAccount(ctx context.Context, bin, folder string) (account, error) {
	var refusals []error
	for _, a := range accounts() {
		if err := a.own(folder); err != nil {
			return account{}, err
		}
		if _, err := a.version(ctx, bin, folder); err != nil {
			refusals = append(refusals, err)
			continue
		}
		return a, nil
	}
	return account{}, fmt.Errorf("no account can run PostgreSQL in %s: %w", folder, errors.Join(refusals...))
}

// version asks the server program for its version, such as
// "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)". It does so from inside
// a folder, which proves that the account can reach both.
func (a account) version(ctx context.Context, bin, folder string) (string, error) {
	cmd := a.command(ctx, filepath.Join(bin, "postgres"), "--version")
	cmd.Dir = folder
	output, err := runToEnd(cmd)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(output), nil
}
