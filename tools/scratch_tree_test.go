package tools_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	majorSuffix = regexp.MustCompile(`/(v\d+)$`)
	refusal     = regexp.MustCompile(`^import '(.+)' is not allowed from list '(.+?)'`)
)

// finding is one import that a rule refuses.
type finding struct {
	file, imports, rule string
}

// scratchTree is a throw-away repository with our module path, our linter
// settings, and files that do nothing but import. What they import are empty
// packages, ours and foreign ones, so that nothing has to be downloaded.
type scratchTree struct {
	t       *testing.T
	root    string
	module  string // The content of go.mod.
	folders int
	stubs   map[string]bool
}

func newScratchTree(t *testing.T) *scratchTree {
	t.Helper()
	s := &scratchTree{t: t, root: t.TempDir(), module: "module " + ours + "\n\ngo 1.26.0\n", stubs: map[string]bool{}}
	settings, err := os.ReadFile(path.Join(repository, linterSettings))
	if err != nil {
		t.Fatal(err)
	}
	s.write(linterSettings, string(settings))
	return s
}

// add writes a file with these imports and returns its place in the tree. Each
// file gets a folder of its own above its package, where the patterns of the
// rules find it all the same: together the violations would import in circles.
func (s *scratchTree) add(file string, imports ...string) string {
	s.t.Helper()
	s.folders++
	file = fmt.Sprintf("%02d/%s", s.folders, file)
	var content strings.Builder
	fmt.Fprintf(&content, "package %s\n", packageName(file))
	for _, pkg := range imports {
		s.stub(pkg)
		fmt.Fprintf(&content, "import _ %q\n", pkg)
	}
	s.write(file, content.String())
	return file
}

func packageName(file string) string {
	if strings.HasSuffix(file, "_test.go") {
		return "scratch_test"
	}
	return "scratch"
}

// stub makes pkg importable, as an empty package.
func (s *scratchTree) stub(pkg string) {
	s.t.Helper()
	const empty = "package stub\n"
	domain, _, _ := strings.Cut(pkg, "/")
	if s.stubs[pkg] || !strings.Contains(domain, ".") { // A package of the standard library has no dot.
		return
	}
	s.stubs[pkg] = true
	if folder, found := strings.CutPrefix(pkg, ours+"/"); found {
		s.write(folder+"/stub.go", empty)
		return
	}
	s.write("foreign/"+pkg+"/stub.go", empty)
	s.write("foreign/"+pkg+"/go.mod", "module "+pkg+"\n\ngo 1.26.0\n")
	s.module += fmt.Sprintf("\nrequire %[1]s %[2]s\nreplace %[1]s => ./foreign/%[1]s\n", pkg, version(pkg))
}

// version returns a version that the path of a module agrees with: v5.0.0 for a path that ends in /v5.
func version(module string) string {
	if major := majorSuffix.FindStringSubmatch(module); major != nil {
		return major[1] + ".0.0"
	}
	return "v0.0.0"
}

// lint runs the linter once over the tree, with the import rules alone.
func (s *scratchTree) lint() []finding {
	s.t.Helper()
	s.write("go.mod", s.module)
	linter, err := exec.CommandContext(s.t.Context(), "go", "tool", "-n", "golangci-lint").Output()
	if err != nil {
		s.t.Fatalf("building the linter: %v", err)
	}
	// The linter would otherwise answer with the findings, and the paths, of an earlier scratch tree.
	cache := s.t.TempDir()
	run := exec.CommandContext(s.t.Context(), strings.TrimSpace(string(linter)), "run", "./...",
		"--enable-only=depguard", "--issues-exit-code=0", "--uniq-by-line=false",
		"--output.json.path=stdout", "--show-stats=false")
	run.Dir = s.root
	run.Env = append(os.Environ(), "GOLANGCI_LINT_CACHE="+cache, "GOFLAGS=-mod=mod", "GOWORK=off")
	var complaints strings.Builder
	run.Stderr = &complaints
	output, err := run.Output()
	if err != nil {
		s.t.Fatalf("running the linter: %v\n%s", err, &complaints)
	}
	return s.findings(output)
}

// findings reads the linter's report.
func (s *scratchTree) findings(report []byte) []finding {
	s.t.Helper()
	var parsed struct {
		Issues []struct {
			Text string
			Pos  struct{ Filename string }
		}
	}
	if err := json.Unmarshal(report, &parsed); err != nil {
		s.t.Fatalf("reading the linter's report: %v\n%s", err, report)
	}
	var found []finding
	for _, issue := range parsed.Issues {
		match := refusal.FindStringSubmatch(issue.Text)
		if match == nil {
			s.t.Fatalf("%s: not a finding of an import rule: %s", issue.Pos.Filename, issue.Text)
		}
		found = append(found, finding{file: filepath.ToSlash(issue.Pos.Filename), imports: match[1], rule: match[2]})
	}
	return found
}

func (s *scratchTree) write(file, content string) {
	s.t.Helper()
	name := filepath.Join(s.root, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
}
