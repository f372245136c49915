package main

import (
	"bufio"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const exampleFile = "../../.env.example"

var fileVariant = regexp.MustCompile(`\(([A-Z_]+_FILE)\)`)

// example reads .env.example: the settings with their values, and the names of
// the _FILE variants in its comments.
func example(t *testing.T) (values map[string]string, variants []string) {
	t.Helper()
	file, err := os.Open(filepath.FromSlash(exampleFile))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	values = make(map[string]string)
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "#") {
			for _, found := range fileVariant.FindAllStringSubmatch(line, -1) {
				variants = append(variants, found[1])
			}
			continue
		}
		name, value, isSetting := strings.Cut(line, "=")
		if _, twice := values[name]; twice || (line != "" && !isSetting) {
			t.Errorf("the line %q is no setting, or a second time", line)
		}
		if isSetting {
			values[name] = value
		}
	}
	return values, variants
}

func TestEnvExample_namesExactlyTheSettingsThatExist(t *testing.T) {
	t.Parallel()
	values, variants := example(t)
	got := slices.Sorted(maps.Keys(values))
	got = append(got, variants...)
	slices.Sort(got)

	env := newEnvironment(nil)
	_, _ = readSettings(env, time.Now()) // Its problems: nothing is set.
	if want := slices.Sorted(maps.Keys(env.asked)); !slices.Equal(got, want) {
		t.Errorf(".env.example explains\n%q\nand the program asks for\n%q", got, want)
	}
}

// What a reader sees as the default has to be it: with the values of the example
// and without them, the settings are the same.
func TestEnvExample_showsTheDefaults(t *testing.T) {
	t.Parallel()
	values, _ := example(t)
	maps.DeleteFunc(values, func(_, value string) bool { return value == "" })
	got, err := read(values)
	if err != nil {
		t.Fatal(err)
	}
	want, err := read(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the example means\n%+v\nand the defaults are\n%+v", got, want)
	}
}

func TestEnvExample_holdsNoSecret(t *testing.T) {
	t.Parallel()
	values, variants := example(t)
	for _, variant := range variants {
		name := strings.TrimSuffix(variant, "_FILE")
		if value, ok := values[name]; !ok || value != "" {
			t.Errorf("%s is %q, want it to be there and empty", name, value)
		}
	}
}
