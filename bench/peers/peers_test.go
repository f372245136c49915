// Package peers_test looks at what the benchmarks compare the site with: other
// programs with which people sign in with Telegram. README.md says more.
package peers_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// peer is a line of peers.json, as far as these tests need it.
type peer struct {
	Name     string `json:"name"`
	Folder   string `json:"folder"`
	Login    string `json:"login"`
	Status   int    `json:"status"`
	Page     string `json:"page"`
	People   string `json:"people"`   // The table with a row for each person.
	Sessions string `json:"sessions"` // The table with a row for each session.
	Notes    string `json:"notes"`
}

func (p peer) program(name string) string { return filepath.Join(p.Folder, name) }

func readPeers(t *testing.T) []peer {
	t.Helper()
	content, err := os.ReadFile("peers.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []peer
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("there are no peers")
	}
	return all
}

func TestPeers_eachIsWholeAndDescribed(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range readPeers(t) {
		if p.Login == "" || p.Status == 0 || p.Page == "" || p.People == "" || p.Sessions == "" || p.Notes == "" {
			t.Errorf("%s: peers.json does not say everything: %+v", p.Name, p)
		}
		if !strings.Contains(string(readme), p.Name) {
			t.Errorf("README.md does not tell of %s", p.Name)
		}
		for _, name := range []string{"install", "check", "run"} {
			info, err := os.Stat(p.program(name))
			if err != nil {
				t.Error(err)
			} else if info.Mode()&0o111 == 0 {
				t.Errorf("%s cannot be run", p.program(name))
			}
		}
	}
}

// npm writes the address of the registry that it was set to into its list.
func TestPeers_theListOfPackagesNamesNoRegistry(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("passport/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(content), `"resolved"`) {
		t.Error(`passport/package-lock.json says where packages came from: make it with "npm install --omit-lockfile-registry-resolved"`)
	}
}
