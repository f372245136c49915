// Package postgres opens the database and brings its schema up to date.
//
// It owns the limits of a connection (how many, how long a statement may take)
// and the way in which migrations are applied. It owns no query and no table:
// those are in package users and in package migrations.
//
// The composition root and the command line call it; tests reach it through
// pgtest.
//
// Every function takes the address of the database as a URL, and no error of
// this package shows the password in it (R12).
package postgres
