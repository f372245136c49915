package runbooks_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const page = "../../docs/operations.md"

// runbook is one chapter of the page.
type runbook struct {
	heading string
	blocks  []string // Its commands, in order.
	text    string
}

// promised has the name of each runbook that a test here carries out.
var promised = []string{
	"Rotate session keys", "Rotate the bot token", "Leaked bot token", "Rotate the webhook secret",
	"Rotate the database password", "Back up", "Restore from backup", "Dirty migration", "Database away",
	"Clock skew", "Too many refused logins", "Queue is stuck",
}

// A runbook without a test is a guess, and one without commands is advice.
func TestRunbooks_eachHasCommandsAndATest(t *testing.T) {
	t.Parallel()
	preamble, books := readPage(t)
	if preamble == "" {
		t.Error("nothing says what the commands rest on")
	}
	var found []string
	for _, book := range books {
		found = append(found, book.heading)
		if len(book.blocks) == 0 {
			t.Errorf("%s has no command", book.heading)
		}
		for _, part := range []string{"**When**", "**It worked**", "**Visitors notice**"} {
			if !strings.Contains(book.text, part) {
				t.Errorf("%s does not say: %s", book.heading, part)
			}
		}
	}
	slices.Sort(found)
	if want := slices.Sorted(slices.Values(promised)); !slices.Equal(found, want) {
		t.Errorf("the page has the runbooks %q, and the tests carry out %q", found, want)
	}
}

// fence is a block of commands. Within a list it is indented, and so is each line.
var fence = regexp.MustCompile("(?ms)^( *)```sh\n(.*?)^ *```$")

// readPage returns what all runbooks rest on, and the runbooks.
func readPage(t *testing.T) (preamble string, books []runbook) {
	t.Helper()
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, found := strings.Cut(string(content), "\n## Runbooks\n")
	if !found {
		t.Fatalf("%s has no runbooks", page)
	}
	chapter, _, _ = strings.Cut(chapter, "\n## ")
	parts := strings.Split(chapter, "\n### ")
	for _, part := range parts[1:] {
		heading, text, _ := strings.Cut(part, "\n")
		books = append(books, runbook{heading: heading, blocks: blocksOf(text), text: text})
	}
	return strings.Join(blocksOf(parts[0]), "\n"), books
}

func blocksOf(text string) []string {
	var blocks []string
	for _, match := range fence.FindAllStringSubmatch(text, -1) {
		indent, block := match[1], match[2]
		lines := strings.SplitAfter(block, "\n")
		for i, line := range lines {
			lines[i] = strings.TrimPrefix(line, indent)
		}
		blocks = append(blocks, strings.Join(lines, ""))
	}
	return blocks
}

// find returns one runbook.
func find(t *testing.T, heading string) (preamble string, book runbook) {
	t.Helper()
	preamble, books := readPage(t)
	i := slices.IndexFunc(books, func(b runbook) bool { return b.heading == heading })
	if i < 0 {
		t.Fatalf("%s has no runbook %q", page, heading)
	}
	return preamble, books[i]
}
