package tools_test

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
)

const (
	ours           = "example.com/telegram-login"
	repository     = ".."
	linterSettings = ".golangci.yml"
)

// rule is one depguard rule, as far as the proofs need it.
type rule struct {
	Files []string
	Deny  []struct{ Pkg string }
}

// governs reports whether the rule limits what the package in folder may import of ours.
func (r rule) governs(folder string) bool {
	named := slices.Contains(r.Files, "**/"+folder+"/*.go")
	return named && slices.ContainsFunc(r.Deny, func(deny struct{ Pkg string }) bool { return deny.Pkg == ours })
}

// readRules returns the depguard rules of the repository by name.
func readRules(t *testing.T) map[string]rule {
	t.Helper()
	content, err := os.ReadFile(path.Join(repository, linterSettings))
	if err != nil {
		t.Fatal(err)
	}
	var settings struct {
		Linters struct {
			Settings struct {
				Depguard struct{ Rules map[string]rule }
			}
		}
	}
	if err := yaml.Unmarshal(content, &settings); err != nil {
		t.Fatal(err)
	}
	rules := settings.Linters.Settings.Depguard.Rules
	if len(rules) == 0 {
		t.Fatalf("%s has no depguard rule", linterSettings)
	}
	return rules
}

// packageFolders returns the folders of the main module that hold Go files.
func packageFolders(t *testing.T) []string {
	t.Helper()
	var folders []string
	root := os.DirFS(repository)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && outsideModule(root, name) {
			return fs.SkipDir
		}
		if path.Ext(name) == ".go" && !slices.Contains(folders, path.Dir(name)) {
			folders = append(folders, path.Dir(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return folders
}

// outsideModule reports whether "./..." passes over folder: hidden, test data, or a module of its own.
func outsideModule(root fs.FS, folder string) bool {
	base := path.Base(folder)
	if base == "testdata" || base[0] == '.' || base[0] == '_' {
		return true
	}
	_, err := fs.Stat(root, path.Join(folder, "go.mod"))
	return err == nil
}
