package devpg

import (
	"os"
	"syscall"
)

// attributes keep a Ctrl-C in the terminal from the server.
func (a account) attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// rootAccounts: there is no root here.
func rootAccounts() []account { return nil }

// ownerAccount: the server always runs as the user.
func ownerAccount(os.FileInfo) account { return account{} }
