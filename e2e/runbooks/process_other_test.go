//go:build !linux

package runbooks_test

import "syscall"

// Nothing is started on other systems: there is no systemd.
func attributes() *syscall.SysProcAttr { return nil }

func endGroup(int) {}
