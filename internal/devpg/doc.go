// Package devpg runs a private PostgreSQL for laptops and tests, so that the
// demo and "go test" need no set-up and still meet the real engine.
//
// It owns finding the programs (those on the machine, else a pinned download),
// the data folder, and the life of the server process: the server listens on
// loopback only, wants a password, and ends with the process that started it,
// also when that is killed. It knows nothing of what the databases hold, and it
// is no way to run PostgreSQL in production: no production package imports it.
//
// cmd/demo calls it, and pgtest for the tests of every other package.
//
// What is below [Options.Dir]:
//
//	lock          held while a server runs; contains the process id of its owner
//	password      the password of the user "postgres", mode 0600
//	cluster/      the data of PostgreSQL
//	binaries/     downloaded programs, if none were on the machine
package devpg
