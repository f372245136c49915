// Package faults hurts the site on purpose and looks at what its visitors see: it
// builds the programs, starts two copies of the site behind a small balancer, a
// stand-in for Telegram and a PostgreSQL of their own, puts a load on them, breaks
// something, and checks that nothing is lost and nobody is let in (I1 to I15 of
// docs/faults.md).
//
// The short tier is what "go test" runs. The full tier runs with the flag -full,
// or as "make faults", and prints a table. Every choice that is left to chance
// hangs on the seed, which is printed: -seed makes the same choices again.
package faults
