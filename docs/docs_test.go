// Package docs_test keeps the documents true where a program can.
package docs_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A threat without a living test is a wish.
func TestThreats_everyRowNamesAFileAndATestThatExist(t *testing.T) {
	t.Parallel()
	rows := 0
	for line := range strings.Lines(read(t, "threats.md")) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 7 || !regexp.MustCompile(`^ T\d\d $`).MatchString(cells[1]) {
			continue
		}
		rows++
		file := strings.Trim(cells[4], " `")
		if _, err := os.Stat(filepath.Join("..", file)); err != nil {
			t.Errorf("%s: %v", cells[1], err)
		}
		testFile, name, _ := strings.Cut(strings.Trim(cells[5], " `"), "` `")
		content, err := os.ReadFile(filepath.Join("..", testFile))
		if err != nil {
			t.Errorf("%s: %v", cells[1], err)
		}
		if !strings.Contains(string(content), "func "+name+"(") {
			t.Errorf("%s: %s has no %s", cells[1], testFile, name)
		}
	}
	if rows < 20 {
		t.Errorf("only %d rows found", rows)
	}
}

// A threat that was forgotten looks like one that does not apply.
func TestThreats_eachIsDefendedOrDoesNotApply(t *testing.T) {
	t.Parallel()
	defended, dropped, found := strings.Cut(read(t, "threats.md"), "\n## What does not apply\n")
	if !found {
		t.Fatal("there is no table of what does not apply")
	}
	for number := 1; number <= 34; number++ {
		row := fmt.Sprintf("\n| T%02d | ", number)
		if strings.Contains(defended, row) == strings.Contains(dropped, row) {
			t.Errorf("T%02d has to stand in one of the two tables", number)
		}
	}
}

var isPath = regexp.MustCompile("`((?:cmd|internal|web|migrations|docs|e2e|tools|deploy)/[A-Za-z0-9_./@-]+)`")

// A document that names a file which is gone sends its reader nowhere.
func TestDocuments_nameOnlyFilesThatExist(t *testing.T) {
	t.Parallel()
	documents, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	decisions, err := filepath.Glob("decisions/*.md")
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, document := range append(append(documents, decisions...), "../README.md", "../CONTRIBUTING.md") {
		for _, match := range isPath.FindAllStringSubmatch(read(t, document), -1) {
			named++
			if _, err := os.Stat(filepath.Join("..", match[1])); err != nil {
				t.Errorf("%s names %s: %v", document, match[1], err)
			}
		}
	}
	if named < 40 {
		t.Errorf("only %d files named", named)
	}
}

var (
	isLink    = regexp.MustCompile(`\]\(([a-z/-]+\.md)?#([a-z0-9-]+)\)`)
	isHeading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notAnchor = regexp.MustCompile(`[^a-z0-9 -]`)
)

// Whoever follows a link in the middle of an outage must not land at the top of a
// long page.
func TestDocuments_linkToHeadingsThatExist(t *testing.T) {
	t.Parallel()
	documents, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, document := range documents {
		for _, match := range isLink.FindAllStringSubmatch(read(t, document), -1) {
			links++
			if target := cmp.Or(match[1], document); !slices.Contains(anchors(t, target), match[2]) {
				t.Errorf("%s links to #%s, and %s has no such heading", document, match[2], target)
			}
		}
	}
	if links < 5 {
		t.Errorf("only %d links found", links)
	}
}

// anchors are made of headings as GitHub makes them.
func anchors(t *testing.T, document string) []string {
	t.Helper()
	var all []string
	for _, heading := range isHeading.FindAllStringSubmatch(read(t, document), -1) {
		all = append(all, strings.ReplaceAll(notAnchor.ReplaceAllString(strings.ToLower(heading[1]), ""), " ", "-"))
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
