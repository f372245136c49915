package devpg

import (
	"fmt"
	"os"
)

// servesFolder reports whether a process is the server of a data folder. The
// number alone proves nothing, since the system uses numbers again; but a
// PostgreSQL server works inside its data folder.
func servesFolder(pid int, data string) bool {
	workingDir, err := os.Stat(fmt.Sprintf("/proc/%d/cwd", pid))
	if err != nil {
		return false
	}
	folder, err := os.Stat(data)
	return err == nil && os.SameFile(workingDir, folder)
}
