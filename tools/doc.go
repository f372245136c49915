// Package tools pins the programs that check this repository (the linter, the
// vulnerability scanner, benchstat) and proves the import rules.
//
// It is a module of its own, so that the hundreds of modules these programs
// need stay out of the one that ships. They are run from the root of the
// repository as
//
//	go tool -modfile=tools/go.mod golangci-lint run ./...
//
// The rules on who may import whom are written as depguard rules in
// .golangci.yml. A rule with a slip in a file pattern matches nothing and says
// nothing, so the tests here break each one on purpose. They read files outside
// this module, which the test cache does not watch: run them with -count=1. No
// program imports this package.
package tools
