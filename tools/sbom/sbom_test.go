package main_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.com/telegram-login/tools/licences"
)

// sbomOfTheSite builds the site and returns its file and its document.
func sbomOfTheSite(t *testing.T) (program string, document []byte) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "site")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-tags", "nomsgpack", "-o", program, "./cmd/site")
	build.Dir = filepath.Join("..", "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return program, runGo(t, "run", ".", program)
}

// The schema is CycloneDX's own, out of the module that we write the document with. The list of licences that it refers to
// is not there; ours is stricter.
func TestSBOM_isValidAndHasEveryModuleOfTheProgram(t *testing.T) {
	t.Parallel()
	program, document := sbomOfTheSite(t)
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema(t).Validate(instance); err != nil {
		t.Errorf("not valid: %v", err)
	}

	var bom struct {
		Components []struct{ Name, Version, Purl string }
	}
	if err := json.Unmarshal(document, &bom); err != nil {
		t.Fatal(err)
	}
	var described []string
	for _, c := range bom.Components {
		described = append(described, c.Name+" "+c.Version)
		if c.Purl != "pkg:golang/"+c.Name+"@"+c.Version {
			t.Errorf("%s is called %s", c.Name, c.Purl)
		}
	}
	linked := linkedModules(t, program)
	slices.Sort(described)
	slices.Sort(linked)
	if !slices.Equal(described, linked) || len(linked) < 30 {
		t.Errorf("described are\n%q\nlinked are\n%q", described, linked)
	}
	if again := runGo(t, "run", ".", program); !bytes.Equal(document, again) {
		t.Error("a second document of the same program is another one")
	}
}

// A validation that lets everything through would say nothing.
func TestSBOM_schemaRefusesWhatIsNone(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{
		`{}`,
		`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"x"}]}`,
		`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"x","licenses":[{"license":{"id":"Beer"}}]}]}`,
		`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"x","surprise":1}]}`,
	} {
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(broken))
		if err != nil {
			t.Fatal(err)
		}
		if schema(t).Validate(instance) == nil {
			t.Errorf("%s is valid", broken)
		}
	}
}

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	const base = "http://cyclonedx.org/schema/"
	folder := strings.TrimSpace(string(runGo(t, "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go")))
	content, err := os.ReadFile(filepath.Join(folder, "schema", "bom-1.6.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	main, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var ids []any
	for _, id := range licences.Allowed {
		ids = append(ids, id)
	}
	compiler := jsonschema.NewCompiler()
	for name, resource := range map[string]any{
		"bom-1.6.schema.json":  main,
		"spdx.schema.json":     map[string]any{"enum": ids},
		"jsf-0.82.schema.json": map[string]any{"definitions": map[string]any{"signature": false}}, // We sign none.
	} {
		if err := compiler.AddResource(base+name, resource); err != nil {
			t.Fatal(err)
		}
	}
	compiled, err := compiler.Compile(base + "bom-1.6.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// linkedModules asks the Go command what is in a program: names with versions.
func linkedModules(t *testing.T, program string) []string {
	t.Helper()
	var modules []string
	for line := range strings.Lines(string(runGo(t, "version", "-m", program))) {
		words := strings.Fields(line)
		switch words[0] {
		case "dep":
			modules = append(modules, words[1]+" "+words[2])
		case program + ":":
			modules = append(modules, "std "+strings.TrimPrefix(words[1], "go"))
		}
	}
	return modules
}

func runGo(t *testing.T, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", args...)
	var complaints strings.Builder
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go %q: %v\n%s", args, err, &complaints)
	}
	return output
}
