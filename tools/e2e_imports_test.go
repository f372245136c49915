package tools_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The browser tests name the packages behind the programs they build, so that
// the test cache sees a change there. depguard cannot tell such a blank import
// from a use, and a use would end the view from outside.
func TestE2E_importsTheProgramsOnlyBlank(t *testing.T) {
	t.Parallel()
	for folder, used := range map[string][]string{
		"e2e":          {ours + "/internal/devpg/pgtest", ours + "/internal/metrics"}, // For the names in the alert rules.
		"e2e/faults":   {ours + "/internal/devpg"},
		"e2e/runbooks": {ours + "/internal/devpg"},
	} {
		mustImportOnlyBlank(t, folder, used)
	}
}

// mustImportOnlyBlank lets the files of a folder use the packages that give them a
// database or names to compare with, and no other of ours.
func mustImportOnlyBlank(t *testing.T, folder string, used []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(repository, folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", folder, err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			pkg, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			blank := spec.Name != nil && spec.Name.Name == "_"
			if strings.HasPrefix(pkg, ours) && !slices.Contains(used, pkg) && !blank {
				t.Errorf("%s uses %s; import it as _ or not at all", file, pkg)
			}
		}
	}
}
