package tools_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The browser tests name the packages behind the programs they build, so that
// the test cache sees a change there. depguard cannot tell such a blank import
// from a use, and a use would end the view from outside.
func TestE2E_importsTheProgramsOnlyBlank(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(repository, "e2e", "*.go"))
	if err != nil {
		t.Fatal(err)
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
			if strings.HasPrefix(pkg, ours) && pkg != ours+"/internal/devpg/pgtest" && !blank {
				t.Errorf("%s uses %s; import it as _ or not at all", file, pkg)
			}
		}
	}
}
