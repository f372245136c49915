package e2e_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// deployUnits are the units by the names under which they run.
var deployUnits = map[string]string{
	"telegram-login@8080.service":    "telegram-login@.service",
	"telegram-login-migrate.service": "telegram-login-migrate.service",
}

// deployInstallUnits writes the units into a folder, with the built program.
func deployInstallUnits(t *testing.T) (paths []string) {
	t.Helper()
	folder := t.TempDir()
	for name, file := range deployUnits {
		path := filepath.Join(folder, name)
		deployChange(t, file, path, "/opt/telegram-login/site", built(t, "site"))
		paths = append(paths, path)
	}
	return paths
}

func TestDeploySystemd_unitsAreInOrder(t *testing.T) {
	t.Parallel()
	analyze := deployTool(t, "systemd-analyze")
	// What it does not know it only complains of, and ends well.
	if said := deployRun(t, analyze, append([]string{"verify", "--man=no"}, deployInstallUnits(t)...)...); said != "" {
		t.Error(said)
	}
}

// The score counts what a unit may do, from 0 to 10. 1.1 is what a program needs
// that serves on the network and talks to Telegram.
func TestDeploySystemd_unitsMayDoLittle(t *testing.T) {
	t.Parallel()
	analyze := deployTool(t, "systemd-analyze")
	for _, path := range deployInstallUnits(t) {
		deployRun(t, analyze, "security", "--no-pager", "--offline=yes", "--threshold=11", path)
	}
}

// No secret is in the environment; each comes from a file that the unit hands over.
func TestDeploySystemd_secretsAreCredentialsAndSettingsAreKnown(t *testing.T) {
	t.Parallel()
	known := composeSettings(t)
	for _, file := range deployUnits {
		unit := deployFile(t, file)
		settings := regexp.MustCompile(`(?m)^Environment=([A-Z_]+)=(.*)$`).FindAllStringSubmatch(unit, -1)
		if len(settings) == 0 {
			t.Errorf("%s sets nothing", file)
		}
		for _, setting := range settings {
			name, value := setting[1], setting[2]
			if !slices.Contains(known, name) {
				t.Errorf("%s sets %s, which .env.example does not know", file, name)
			}
			credential, isFile := strings.CutPrefix(value, "%d/")
			if isFile != strings.HasSuffix(name, "_FILE") || slices.Contains(known, name+"_FILE") {
				t.Errorf("%s: the secret of %s does not come from a file", file, name)
			}
			if isFile && !strings.Contains(unit, "\nLoadCredential="+credential+":/etc/telegram-login/"+credential+"\n") {
				t.Errorf("%s: %s is not handed over", file, credential)
			}
		}
	}
}
