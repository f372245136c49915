// Package app wires the packages into the running program, and holds the order
// of its start and its stop. cmd/site and cmd/demo run it; it reads no
// environment and prints nothing.
package app
