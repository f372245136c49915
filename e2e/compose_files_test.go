package e2e_test

import (
	"path/filepath"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// composeRoot is where the Compose files stand.
const composeRoot = ".."

// The two ways of starting the services: the files that are given with -f.
var (
	composeDevelopment = []string{"docker-compose.yml"}
	composeRealBot     = []string{"docker-compose.yml", "docker-compose.real-bot.yml"}
)

// composeLoad reads Compose files as "docker compose" does, with the library that
// it is made of: checked against the Compose specification, merged, and with
// every default filled in.
func composeLoad(t *testing.T, files []string) *types.Project {
	t.Helper()
	var paths []string
	for _, file := range files {
		paths = append(paths, filepath.Join(composeRoot, file))
	}
	options, err := cli.NewProjectOptions(paths,
		cli.WithWorkingDirectory(composeRoot),
		// The env_file of the override is made by whoever has a bot.
		cli.WithoutEnvironmentResolution,
	)
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatalf("reading %v: %v", files, err)
	}
	return project
}

// composeEnvironment is what a service sets in the environment of its program.
// A variable without a value would be passed on from whoever starts Compose.
func composeEnvironment(t *testing.T, service types.ServiceConfig) map[string]string {
	t.Helper()
	environment := make(map[string]string)
	for name, value := range service.Environment {
		if value == nil {
			t.Errorf("service %s: %s has no value", service.Name, name)
			continue
		}
		environment[name] = *value
	}
	return environment
}
