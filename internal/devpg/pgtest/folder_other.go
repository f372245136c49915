//go:build !linux

package pgtest

import "os"

// folderForData: only Linux has a folder in memory that is always there.
func folderForData() (folder string, onTmpfs bool) {
	return os.TempDir(), false
}
