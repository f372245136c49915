//go:build unix && !linux

package devpg

import (
	"os/exec"
	"strconv"
	"strings"
)

// servesFolder reports whether a process is the server of a data folder. The
// number alone proves nothing, since the system uses numbers again; but we start
// PostgreSQL with the folder in its arguments.
func servesFolder(pid int, data string) bool {
	if pid <= 0 {
		return false
	}
	arguments, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(arguments), "-D "+data+" ")
}
