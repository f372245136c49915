//go:build !linux

package faults_test

import "syscall"

// attributes are the usual ones: only Linux can tie a program to its parent.
func attributes() *syscall.SysProcAttr { return nil }
