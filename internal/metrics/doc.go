// Package metrics counts what the site does, for Prometheus. Each name stands here
// once, with its labels; the alert rules in deploy/ are checked against this list.
//
// Values of labels come from closed sets only: routes and not addresses, reasons and
// not error texts, and never anything that a visitor wrote (T19). A label that
// strangers can fill is a way to fill the memory (GO-2023-2113), and no metric holds
// a name, an address or a secret (R12).
//
// Packages site, bot and app count; the admin listener of package app shows.
package metrics
