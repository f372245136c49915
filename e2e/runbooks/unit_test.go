package runbooks_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unit is what a file of deploy/ tells systemd, as far as it is about how a program
// is started. What shuts it in is tested elsewhere.
type unit struct {
	name        string
	command     string
	whenStarted string            // Returns when others may count on it.
	environment map[string]string // With what stands in the EnvironmentFile.
	credentials map[string]string // Name to file.
}

// readUnit reads the unit of a name such as telegram-login@8080. %i is what stands
// behind the @, and %d a folder with copies of the credentials.
//
// Source: man systemd.unit, man systemd.exec
func (m *machine) readUnit(t *testing.T, name, credentials string) unit {
	t.Helper()
	base, instance, isInstance := strings.Cut(name, "@")
	if isInstance {
		base += "@"
	}
	content, err := os.ReadFile(filepath.Join("..", "..", "deploy", base+".service"))
	if err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer("%i", instance, "%d", credentials, "/etc/telegram-login", m.etc, "/opt/telegram-login/site", m.site)
	u := unit{name: name, environment: map[string]string{}, credentials: map[string]string{}}
	var files []string
	for text := range strings.Lines(here.Replace(string(content))) {
		key, value, _ := strings.Cut(strings.TrimSpace(text), "=")
		switch key {
		case "ExecStart":
			u.command = value
		case "ExecStartPost":
			u.whenStarted = value
		case "EnvironmentFile":
			files = append(files, value)
		case "Environment":
			setting, content, _ := strings.Cut(value, "=")
			u.environment[setting] = content
		case "LoadCredential":
			credential, file, _ := strings.Cut(value, ":")
			u.credentials[credential] = file
		}
	}
	for _, file := range files { // They win.
		maps.Copy(u.environment, readEnvironmentFile(t, file))
	}
	return u
}

// readEnvironmentFile reads what shells read too: the page's doctor does.
func readEnvironmentFile(t *testing.T, file string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	environment := map[string]string{}
	for text := range strings.Lines(string(content)) {
		name, value, found := strings.Cut(strings.TrimSpace(text), "=")
		if found && !strings.HasPrefix(name, "#") {
			environment[name] = value
		}
	}
	return environment
}

// loadCredentials copies the files, as they are at this moment.
func (u unit) loadCredentials(t *testing.T, folder string) {
	t.Helper()
	for name, file := range u.credentials {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// env is the environment of its processes, in which nothing of ours is.
func (u unit) env() []string {
	env := []string{"PATH=" + os.Getenv("PATH")}
	for _, name := range slices.Sorted(maps.Keys(u.environment)) {
		env = append(env, name+"="+u.environment[name])
	}
	return env
}
