//go:build !linux

package faults_test

// inMemory is for Linux: others have no such folder that every user may write to.
func inMemory() (dir, pattern string, ok bool) { return "", "", false }
