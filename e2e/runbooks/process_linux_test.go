package runbooks_test

import "syscall"

// attributes make a program end with the tests, also after kill -9, and give it a
// process group, by which its children can be ended with it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

// endGroup is kill -9 for a program and its children.
func endGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
