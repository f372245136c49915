package tools_test

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/telegram-login/tools/licences"
)

const licenceList = "docs/licences.md"

// Every module that a program of ours is built from is listed with its licence, which is read from the module itself; it
// is one that we allow; and nothing is listed that is no longer there.
func TestLicences_ofEveryModuleAreListedAndAllowed(t *testing.T) {
	t.Parallel()
	listed := listedLicences(t, regexp.MustCompile("(?m)^\\| `([a-z0-9.-]+\\.[a-z]+/[^` ]+)` \\| ([^|]+) \\|$"))
	for module, packages := range builtModules(t) {
		id, err := licences.Of(module.Dir, packages...)
		if err != nil {
			t.Errorf("%s: %v", module.Path, err)
			continue
		}
		mustBeAllowed(t, module.Path, id)
		if listed[module.Path] != id {
			t.Errorf("%s says %q of %s; the line has to be\n| `%[3]s` | %s |", licenceList, listed[module.Path], module.Path, id)
		}
		delete(listed, module.Path)
	}
	for module := range listed {
		t.Errorf("%s lists %s, which no program is built from", licenceList, module)
	}
}

// What lies in this repository under somebody else's licence is listed too.
func TestLicences_ofWhatWasCopiedHereAreListed(t *testing.T) {
	t.Parallel()
	listed := listedLicences(t, regexp.MustCompile("(?m)^\\| `([a-z0-9-]+/[^` ]+)` \\|[^|]*\\| ([^|]+) \\|"))
	err := fs.WalkDir(os.DirFS(repository), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || path.Base(name) != "LICENSE" || name == "LICENSE" {
			return err
		}
		folder := path.Dir(name)
		id, err := licences.Of(filepath.Join(repository, folder))
		if err != nil {
			return err
		}
		if listed[folder] != id {
			t.Errorf("%s says %q of %s, want %s", licenceList, listed[folder], folder, id)
		}
		delete(listed, folder)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for folder := range listed {
		t.Errorf("%s lists %s, where no licence lies", licenceList, folder)
	}
}

func mustBeAllowed(t *testing.T, module, expression string) {
	t.Helper()
	for id := range strings.SplitSeq(expression, " AND ") {
		if !slices.Contains(licences.Allowed, id) {
			t.Errorf("%s is under %s", module, id)
		}
	}
}

// listedLicences reads a table of the list: the name and the licence of each row.
func listedLicences(t *testing.T, row *regexp.Regexp) map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(repository, licenceList))
	if err != nil {
		t.Fatal(err)
	}
	listed := make(map[string]string)
	for _, cells := range row.FindAllStringSubmatch(string(content), -1) {
		listed[cells[1]] = cells[2]
	}
	if len(listed) == 0 {
		t.Fatalf("%s has no such table", licenceList)
	}
	return listed
}

type builtModule struct{ Path, Dir string }

// builtModules lists the modules that the programs are built from, with the folders of the packages.
func builtModules(t *testing.T) map[builtModule][]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags", "nomsgpack", "-json=Dir,Module", "./cmd/...")
	list.Dir = repository
	list.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOWORK=off", "GOOS=linux")
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := make(map[builtModule][]string)
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var pkg struct {
			Dir    string
			Module *struct {
				builtModule
				Main bool
			}
		}
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if pkg.Module != nil && !pkg.Module.Main {
			modules[pkg.Module.builtModule] = append(modules[pkg.Module.builtModule], pkg.Dir)
		}
	}
	if len(modules) < 20 {
		t.Fatalf("only %d modules", len(modules))
	}
	return modules
}
