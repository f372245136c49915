package e2e_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	// The programs are built from these packages. Without the imports, go test
	// would answer from its cache after a change there.
	_ "example.com/telegram-login/internal/app"
	_ "example.com/telegram-login/internal/telegramsim"
)

// composeInstruction is one instruction of the Dockerfile: "COPY", "cmd/site ...".
type composeInstruction struct {
	name, rest string
}

// composeDockerfile reads the Dockerfile as far as these tests need it: lines
// that end in a backslash go on in the next one.
func composeDockerfile(t *testing.T) []composeInstruction {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(composeRoot, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	var instructions []composeInstruction
	for line := range strings.Lines(strings.ReplaceAll(string(content), "\\\n", "")) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name != "" && name[0] != '#' {
			instructions = append(instructions, composeInstruction{name, strings.TrimSpace(rest)})
		}
	}
	return instructions
}

// composeStage is one of the images that the Dockerfile makes.
type composeStage struct {
	base       string
	user       string
	entrypoint []string
	healthTest []string
	labels     string
	programs   map[string]string // Where a program stands: where the build put it.
}

// composeStages reads the stages by name.
func composeStages(t *testing.T) map[string]*composeStage {
	t.Helper()
	stages := make(map[string]*composeStage)
	var stage *composeStage
	for _, in := range composeDockerfile(t) {
		words := strings.Fields(in.rest)
		switch in.name {
		case "FROM":
			stage = &composeStage{base: words[0], programs: make(map[string]string)}
			stages[words[2]] = stage
		case "USER":
			stage.user = in.rest
		case "LABEL":
			stage.labels = in.rest
		case "ENTRYPOINT":
			stage.entrypoint = composeWords(t, in.rest)
		case "HEALTHCHECK":
			_, command, _ := strings.Cut(in.rest, "CMD ")
			stage.healthTest = composeWords(t, command)
		case "COPY":
			if words[0] == "--from=build" {
				stage.programs[words[2]] = words[1]
			}
		}
	}
	return stages
}

// composeWords reads a list of words written as JSON, the form that needs no
// shell in the image.
func composeWords(t *testing.T, text string) []string {
	t.Helper()
	var words []string
	if err := json.Unmarshal([]byte(text), &words); err != nil {
		t.Fatalf("%s is not a list of words: %v", text, err)
	}
	return words
}

// composeRevision is what the image is told to have been built from.
const composeRevision = "c0ffee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5ee5"

// composeBuild runs the "go build" lines of the Dockerfile and returns the
// programs by the place where the build stage puts them.
func composeBuild(t *testing.T) map[string]string {
	t.Helper()
	const out = "/out/"
	folder := t.TempDir()
	programs := make(map[string]string)
	environment := append(os.Environ(), "REVISION="+composeRevision)
	for _, in := range composeDockerfile(t) {
		_, command, isBuild := strings.Cut(in.rest, "go build ")
		switch {
		case in.name == "ENV":
			environment = append(environment, in.rest)
		case in.name == "RUN" && isBuild:
			_, place, _ := strings.Cut(command, "-o ")
			place, _, _ = strings.Cut(place, " ")
			programs[place] = filepath.Join(folder, strings.TrimPrefix(place, out))
			// With a shell, as the image is built.
			build := exec.CommandContext(t.Context(), "sh", "-c",
				"go build "+strings.ReplaceAll(command, out, folder+"/"))
			build.Dir, build.Env = composeRoot, environment
			if text, err := build.CombinedOutput(); err != nil {
				t.Fatalf("go build %s: %v\n%s", command, err, text)
			}
		}
	}
	return programs
}

func TestComposeDockerfile_copiesWhatExists(t *testing.T) {
	t.Parallel()
	copied := 0
	for _, in := range composeDockerfile(t) {
		words := strings.Fields(in.rest)
		if in.name != "COPY" || strings.HasPrefix(words[0], "--from") {
			continue
		}
		for _, source := range words[:len(words)-1] {
			copied++
			if _, err := os.Stat(filepath.Join(composeRoot, source)); err != nil {
				t.Errorf("COPY %s: %v", in.rest, err)
			}
		}
	}
	if copied == 0 {
		t.Error("nothing is copied")
	}
}

func TestComposeDockerfile_imagesArePinnedAndHoldOneProgramThatIsNotRoot(t *testing.T) {
	t.Parallel()
	stages := composeStages(t)
	if base := stages["build"].base; !isPinnedImage.MatchString(base) {
		t.Errorf("the build image %s has no whole version", base)
	}
	for _, name := range []string{"site", "telegram-sim"} {
		stage := stages[name]
		if stage == nil {
			t.Fatalf("there is no stage %s", name)
		}
		if !strings.HasSuffix(stage.base, ":nonroot") || stage.user != "nonroot" {
			t.Errorf("%s is based on %s and runs as %q", name, stage.base, stage.user)
		}
		if len(stage.programs) != 1 || stage.programs["/"+name] == "" {
			t.Errorf("%s holds %v, want its own program only", name, stage.programs)
		}
		if !strings.Contains(stage.labels, "org.opencontainers.image.licenses=") {
			t.Errorf("%s does not say what it is: %s", name, stage.labels)
		}
		if !slices.Equal(stage.entrypoint, []string{"/" + name}) ||
			!slices.Equal(stage.healthTest, []string{"/" + name, "healthcheck"}) {
			t.Errorf("%s runs %q and checks itself with %q", name, stage.entrypoint, stage.healthTest)
		}
	}
}

// A variable that "-X" names and that is not there would be ignored without a word.
func TestComposeDockerfile_theSiteKnowsWhatItWasBuiltFrom(t *testing.T) {
	t.Parallel()
	program, err := os.ReadFile(composeBuild(t)["/out/site"])
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(program, []byte(composeRevision)) {
		t.Error("the revision of the image is not in the program")
	}
	if folder, _ := filepath.Abs(composeRoot); bytes.Contains(program, []byte(folder+"/")) {
		t.Error("the folder of the build is in the program")
	}
}

// "make build", "make reproducible" and "make sbom" are about the programs of the image: the same flags, up to the commit.
func TestComposeDockerfile_buildsAsTheMakefileDoes(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join(composeRoot, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	commit := regexp.MustCompile(` -buildvcs=\w+| -X \S+=\$REVISION`)
	_, rest, _ := strings.Cut(string(content), "\nBUILD := CGO_ENABLED=0 ")
	want, _, _ := strings.Cut(rest, "\n")
	want = commit.ReplaceAllString(want, "")
	built := 0
	for _, in := range composeDockerfile(t) {
		_, command, isBuild := strings.Cut(in.rest, "go build ")
		if in.name != "RUN" || !isBuild {
			continue
		}
		built++
		got, _, _ := strings.Cut(commit.ReplaceAllString("go build "+command, ""), " -o ")
		if got != want {
			t.Errorf("the image builds with %s, the Makefile with %s", got, want)
		}
	}
	if built != 2 {
		t.Errorf("%d programs are built", built)
	}
}

// What the image is built from is a list of what is let in, in .dockerignore. A
// package that is missing there would break the build, in Docker only.
func TestComposeDockerfile_everyPackageOfTheProgramsIsLetIn(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join(composeRoot, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	var letIn []string
	for line := range strings.Lines(string(content)) {
		if folder, ok := strings.CutPrefix(strings.TrimSpace(line), "!"); ok {
			letIn = append(letIn, folder)
		}
	}
	const module = "example.com/telegram-login/"
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "./cmd/site", "./cmd/telegram-sim")
	list.Dir = composeRoot
	packages, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range strings.Lines(string(packages)) {
		folder, ours := strings.CutPrefix(strings.TrimSpace(pkg), module)
		isBelow := func(in string) bool { return folder == in || strings.HasPrefix(folder, in+"/") }
		if ours && !slices.ContainsFunc(letIn, isBelow) {
			t.Errorf("package %s is kept out of the image's build", folder)
		}
	}
}
