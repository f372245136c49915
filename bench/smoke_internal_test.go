package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	// A change of these is a change of the programs that are built: without the
	// import, "go test" would repeat an old result.
	_ "example.com/telegram-login/internal/app"
)

// It asks whether the benchmarks run and count, and not how fast anything is.
func TestBench_measuresEachSideAndWritesWhatItFound(t *testing.T) {
	t.Parallel()
	if _, err := findPgbench(); errors.Is(err, errNoPgbench) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	out := filepath.Join(t.TempDir(), "results.md")
	const why = "\n## Why\n\nBecause.\n"
	if err := os.WriteFile(out, []byte("# Results\n\nOld ones.\n"+why), 0o600); err != nil {
		t.Fatal(err)
	}
	err := run(t.Context(), options{
		what: "login,signed-in,strangers,webhook,start", rounds: 1, seconds: 300 * time.Millisecond,
		warmUp: 100 * time.Millisecond, connections: 4, dir: t.TempDir(), out: out,
	})
	if err != nil {
		t.Fatal(err)
	}
	report, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| login against pgbench |", "| signed-in page against gin and one SELECT |", "| bad signature against gin |",
		"| update against pgbench, inserting one row |", "| ready after exec, seconds |", "fsync on, synchronous_commit on",
		"Updates that touched no index", "| gin, hello |",
	} {
		if !strings.Contains(string(report), want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	if !strings.HasSuffix(string(report), why) || strings.Contains(string(report), "Old ones") {
		t.Error("what was written by hand was not kept, or more than that was")
	}
	if strings.Contains(string(report), "NaN") || strings.Contains(string(report), "Inf") {
		t.Errorf("a figure is none:\n%s", report)
	}
}

// writePeer makes a peer whose program "check" says whether it is installed.
func writePeer(t *testing.T, root, check string) {
	t.Helper()
	folder := filepath.Join(root, "bench", "peers", "other")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	list := `[{"name": "Other", "folder": "other", "login": "/login", "status": 302, "page": "/me"}]`
	for path, content := range map[string]string{"../peers.json": list, "check": check} {
		if err := os.WriteFile(filepath.Join(folder, path), []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPeers_oneThatIsNotInstalledIsSaidToBeAndNotMeasured(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	b := &bench{options: options{peers: true}, root: t.TempDir()}
	writePeer(t, b.root, "#!/bin/sh\necho no such module >&2\nexit 1\n")
	sides, notes, err := b.peerSides(t.Context(), b.peerLogin)
	if err != nil || len(sides) != 0 || len(notes) != 1 || notes[0] != "Other: not installed." {
		t.Errorf("%d sides, notes %q, %v", len(sides), notes, err)
	}
}

func TestPeers_noListIsNoPeers(t *testing.T) {
	t.Parallel()
	b := &bench{options: options{peers: true}, root: t.TempDir()}
	if sides, notes, err := b.peerSides(t.Context(), b.peerLogin); len(sides) != 0 || len(notes) != 0 || err != nil {
		t.Errorf("%d sides, notes %q, %v", len(sides), notes, err)
	}
}

func TestStatements_areThoseOfPackageUsers(t *testing.T) {
	t.Parallel()
	b := &bench{root: ".."}
	texts, err := b.statements()
	if err != nil {
		t.Fatal(err)
	}
	for name, part := range map[string]string{
		"signIn": "ON CONFLICT (telegram_id) DO UPDATE", "endOldestSessions": "'session_ended', @how", "findSession": "a.notifications",
	} {
		if !strings.Contains(texts[name], part) {
			t.Errorf("%s = %.200q", name, texts[name])
		}
	}
	if _, err := b.filled("findSession", map[string]string{"at": "now()"}); err == nil {
		t.Error("a statement with an argument that nobody knows is filled in")
	}
}

func TestSpread_isLeastMedianMost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		want   spread
	}{
		{[]float64{3, 1, 2}, spread{1, 2, 3}}, {[]float64{4, 1, 2, 3}, spread{1, 2.5, 4}}, {[]float64{5}, spread{5, 5, 5}}, {nil, spread{}},
	} {
		if got := spreadOf(c.values); got != c.want {
			t.Errorf("spread of %v = %v, want %v", c.values, got, c.want)
		}
	}
}

func TestVerdict_isByTheMedian(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		bound  bound
		target float64
		want   string
	}{{atLeast, 2, "yes"}, {atLeast, 2.1, "**no**"}, {atMost, 2, "yes"}, {atMost, 1.9, "**no**"}, {noTarget, 0, ""}} {
		if got := (verdict{"", spread{1, 2, 3}, c.bound, c.target}).reached(); got != c.want {
			t.Errorf("2 %s %v: %q, want %q", c.bound, c.target, got, c.want)
		}
	}
}
