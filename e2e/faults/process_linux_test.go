package faults_test

import "syscall"

// attributes make a program end with the tests, also after kill -9, and keep it
// out of their process group: Ctrl-C is for the tests, which then stop it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
