package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A fault without a living test is a wish, too.
func TestFaults_everyRowNamesATestThatExists(t *testing.T) {
	t.Parallel()
	row := regexp.MustCompile("(?m)^\\| (F\\d\\d) [^|]*\\|.*?`([a-z0-9_/]+_test\\.go)` `(Test\\w+)`")
	rows := row.FindAllStringSubmatch(read(t, "faults.md"), -1)
	for _, found := range rows {
		content, err := os.ReadFile(filepath.Join("..", found[2]))
		if err != nil {
			t.Errorf("%s: %v", found[1], err)
		}
		if !strings.Contains(string(content), "func "+found[3]+"(") {
			t.Errorf("%s: %s has no %s", found[1], found[2], found[3])
		}
	}
	if len(rows) < 19 {
		t.Errorf("only %d rows found", len(rows))
	}
}
