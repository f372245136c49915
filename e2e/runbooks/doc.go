// Package runbooks does what docs/operations.md tells an operator to do. It reads
// the commands of each runbook out of that page and types them, in order, in a bash
// that stops at the first error, on a machine of the test's own: the files below
// /etc/telegram-login in a folder, the units of deploy/ as processes, a private
// PostgreSQL with the roles of deploy/, and a stand-in for Telegram. Between the
// steps and after them it looks whether what the page promises has come true.
//
// Three programs are the test's own, and first on the path: systemctl and
// journalctl, which know as much of systemd as the runbooks use, and step, by which
// the script says that a step is done.
//
// It needs Linux, bash, curl, openssl and the client programs of PostgreSQL.
// Without them it is skipped, and fails where CI=true.
package runbooks
