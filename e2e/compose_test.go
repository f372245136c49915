package e2e_test

import (
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

// composeSets are the ways of starting the services, for tests that hold for
// each of them.
var composeSets = map[string][]string{"development": composeDevelopment, "real bot": composeRealBot}

// composeExample is .env.example. A test of the site proves that it explains
// exactly the settings that the site asks for.
func composeExample(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(composeRoot, ".env.example"))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// composeExampleLines are the settings of .env.example, as a copy of it would set
// them.
func composeExampleLines(t *testing.T) []string {
	t.Helper()
	return regexp.MustCompile(`(?m)^[A-Z_]+=.*$`).FindAllString(composeExample(t), -1)
}

// composeSettings are the names of all settings, with the _FILE variants.
func composeSettings(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, line := range composeExampleLines(t) {
		name, _, _ := strings.Cut(line, "=")
		names = append(names, name)
	}
	for _, variant := range regexp.MustCompile(`\(([A-Z_]+_FILE)\)`).FindAllStringSubmatch(composeExample(t), -1) {
		names = append(names, variant[1])
	}
	return names
}

func TestCompose_everySettingOfTheSiteIsKnown(t *testing.T) {
	t.Parallel()
	known := composeSettings(t)
	for set, files := range composeSets {
		project := composeLoad(t, files)
		for _, name := range []string{"site", "migrate"} {
			for _, variable := range slices.Sorted(maps.Keys(composeEnvironment(t, project.Services[name]))) {
				if !slices.Contains(known, variable) {
					t.Errorf("%s: service %s sets %s, which .env.example does not know", set, name, variable)
				}
			}
		}
	}
}

// isPinnedImage matches a tag with a whole version: what a shorter tag stands for
// changes from one day to the next.
var isPinnedImage = regexp.MustCompile(`:\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$`)

func TestCompose_imagesOfOthersArePinned(t *testing.T) {
	t.Parallel()
	for _, service := range composeLoad(t, composeDevelopment).Services {
		if !strings.HasSuffix(service.Image, ":local") && !isPinnedImage.MatchString(service.Image) {
			t.Errorf("service %s: image %s has no whole version", service.Name, service.Image)
		}
	}
}

// Two builds of one tag at once would get into each other's way, and a service
// that neither builds nor pulls needs another one that builds.
func TestCompose_eachOwnImageIsBuiltByOneServiceAndNeverPulled(t *testing.T) {
	t.Parallel()
	for set, files := range composeSets {
		builds := make(map[string]int)
		for _, service := range composeLoad(t, files).Services {
			if !strings.HasSuffix(service.Image, ":local") {
				continue
			}
			builds[service.Image] += 0
			want := types.PullPolicyNever
			if service.Build != nil {
				builds[service.Image]++
				want = types.PullPolicyBuild
			}
			if service.PullPolicy != want {
				t.Errorf("%s: service %s has the pull policy %q, want %q", set, service.Name, service.PullPolicy, want)
			}
		}
		for image, n := range builds {
			if n != 1 {
				t.Errorf("%s: image %s is built by %d services", set, image, n)
			}
		}
	}
}

// The passwords in the file are acceptable for as long as this holds.
func TestCompose_portsAreForThisMachineOnly(t *testing.T) {
	t.Parallel()
	for set, files := range composeSets {
		ports := 0
		for _, service := range composeLoad(t, files).Services {
			for _, port := range service.Ports {
				ports++
				if ip := net.ParseIP(port.HostIP); ip == nil || !ip.IsLoopback() {
					t.Errorf("%s: service %s opens port %s on %q", set, service.Name, port.Published, port.HostIP)
				}
			}
			if service.NetworkMode != "" {
				t.Errorf("%s: service %s uses the network %s", set, service.Name, service.NetworkMode)
			}
		}
		if ports == 0 {
			t.Errorf("%s: no port is open at all", set)
		}
	}
}

func TestCompose_containersAreLockedDown(t *testing.T) {
	t.Parallel()
	for set, files := range composeSets {
		for _, service := range composeLoad(t, files).Services {
			if !service.ReadOnly || service.Privileged || len(service.CapAdd) > 0 ||
				!slices.Equal(service.CapDrop, []string{"ALL"}) ||
				!slices.Equal(service.SecurityOpt, []string{"no-new-privileges:true"}) {
				t.Errorf("%s: service %s is not locked down", set, service.Name)
			}
		}
	}
}
