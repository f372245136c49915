package devpg

import (
	"os/exec"
	"path/filepath"
	"strconv"
)

// interrupt goes through pg_ctl, because Windows has no signals: PostgreSQL
// listens for them on a named pipe.
func interrupt(cmd *exec.Cmd) error {
	pgCtl := filepath.Join(filepath.Dir(cmd.Path), "pg_ctl")
	return exec.Command(pgCtl, "kill", "INT", strconv.Itoa(cmd.Process.Pid)).Run()
}
