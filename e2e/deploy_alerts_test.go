package e2e_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/telegram-login/internal/metrics"
)

func TestDeployAlerts_areWhatPrometheusTakesAndFireWhenTheyShould(t *testing.T) {
	t.Parallel()
	promtool := deployTool(t, "promtool")
	folder := filepath.Join(deployRoot, "prometheus")
	deployRun(t, promtool, "check", "config", filepath.Join(folder, "prometheus.yml")) // And the rules that it names.
	deployRun(t, promtool, "test", "rules", filepath.Join(folder, "alerts_test.yml"))
}

var (
	isMetric       = regexp.MustCompile(`\b(?:tgl|go|process)_[a-z_]+\b`)
	isPartOfMetric = regexp.MustCompile(`_(bucket|sum|count)$`)
)

// A rule about a metric that does not exist never fires, and nobody misses it.
func TestDeployAlerts_knowOnlyMetricsThatTheSiteHas(t *testing.T) {
	t.Parallel()
	known, used := metrics.Names(), make(map[string]bool)
	for _, file := range []string{"prometheus/alerts.yml", "prometheus/alerts_test.yml"} {
		for _, name := range isMetric.FindAllString(deployFile(t, file), -1) {
			used[name] = true
			if !slices.Contains(known, name) && !slices.Contains(known, isPartOfMetric.ReplaceAllString(name, "")) {
				t.Errorf("%s names %s, which the site does not have", file, name)
			}
		}
	}
	if len(used) < 12 {
		t.Errorf("only %d metrics found", len(used))
	}
}

// Whoever is woken reads what is wrong and where it is written what to do.
func TestDeployAlerts_eachSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	t.Parallel()
	alerts := 0
	for rule := range strings.SplitSeq(deployFile(t, "prometheus/alerts.yml"), "\n      - ") {
		name, isAlert := strings.CutPrefix(rule, "alert: ")
		if !isAlert {
			continue
		}
		alerts++
		name, rule, _ = strings.Cut(name, "\n")
		for _, want := range []string{
			`(?m)^ +expr: `, `(?m)^ +labels: \{severity: (page|ticket)\}$`,
			`(?m)^ +summary: .`, `(?m)^ +description: .`, `(?m)^ +runbook: docs/[a-z]+\.md#[a-z-]+$`,
		} {
			if len(regexp.MustCompile(want).FindAllString(rule, -1)) != 1 {
				t.Errorf("%s: not exactly one %s", name, want)
			}
		}
		document, anchor, _ := strings.Cut(regexp.MustCompile(`runbook: (\S+)`).FindStringSubmatch(rule)[1], "#")
		if !slices.Contains(deployAnchors(t, document), anchor) {
			t.Errorf("%s: %s has no heading for #%s", name, document, anchor)
		}
	}
	if alerts < 15 {
		t.Errorf("only %d alerts found", alerts)
	}
}

// deployAnchors are the headings of a document as a link names them.
func deployAnchors(t *testing.T, document string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", document))
	if err != nil {
		t.Fatal(err)
	}
	var anchors []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(string(content), -1) {
		anchor := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		anchors = append(anchors, strings.ReplaceAll(anchor, " ", "-"))
	}
	return anchors
}
