//go:build unix && !linux

package devpg

import (
	"os"
	"syscall"
)

// attributes keep the child out of our process group: a Ctrl-C in the terminal
// is for the site, which still needs its database to finish. These systems
// cannot end a child with its parent; endLeftover does it at the next start.
func (a account) attributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setpgid: true}
	if a.switchUser {
		attributes.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attributes
}

// rootAccounts: there are no user namespaces here.
func rootAccounts() []account { return nil }

// ownerAccount is the account that a cluster was made with: its owner.
func ownerAccount(info os.FileInfo) account {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if os.Getuid() != 0 || !ok {
		return account{}
	}
	return account{uid: stat.Uid, gid: stat.Gid, switchUser: true}
}
