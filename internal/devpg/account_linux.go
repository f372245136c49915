package devpg

import (
	"os"
	"syscall"
)

// attributes make the child end with us, also after kill -9, and keep it out of
// our process group: a Ctrl-C in the terminal is for the site, which still needs
// its database to finish.
func (a account) attributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT, Setpgid: true}
	switch {
	case a.switchUser:
		attributes.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	case a.namespace:
		const inside = 1000 // Any id but root's.
		attributes.Cloneflags = syscall.CLONE_NEWUSER
		attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: inside, HostID: 0, Size: 1}}
		attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: inside, HostID: 0, Size: 1}}
	}
	return attributes
}

// rootAccounts is root itself in a user namespace, where PostgreSQL sees an
// ordinary user. It comes last, because some containers forbid namespaces.
func rootAccounts() []account {
	return []account{{namespace: true}}
}

// ownerAccount is the account that a cluster was made with: its owner.
func ownerAccount(info os.FileInfo) account {
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case os.Getuid() != 0 || !ok:
		return account{}
	case stat.Uid == 0:
		return account{namespace: true}
	default:
		return account{uid: stat.Uid, gid: stat.Gid, switchUser: true}
	}
}
