// Package pgtest gives each test a database of its own: fresh, migrated, and
// gone when the test has passed. Only tests import it.
//
// The first test of a process that asks starts a private PostgreSQL, or meets
// the one that TEST_DATABASE_URL points at, and migrates one template database.
// Every test then gets a clone of the template, which takes about 15 ms. Tests
// may run in parallel; nothing that one of them writes is seen by another.
//
// A private server keeps its data on tmpfs where there is room. It ends with the
// test process; its folder is removed when the next one starts, because nobody
// is left to do it earlier.
//
// The user of TEST_DATABASE_URL must be allowed to create databases.
package pgtest
