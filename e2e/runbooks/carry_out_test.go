package runbooks_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// carryOut types the commands of a runbook, and returns what each block printed.
// After a block with a number in after, that is done before the next one. Whatever
// the operator is asked to paste is in pasted.
func (m *machine) carryOut(t *testing.T, heading, pasted string, after map[int]func()) []string {
	t.Helper()
	preamble, book := find(t, heading)
	for number := range after {
		if number > len(book.blocks) {
			t.Fatalf("%s has %d blocks of commands, and no number %d", heading, len(book.blocks), number)
		}
	}
	folder, socket, calls := hearCalls(t)
	out, err := os.Create(filepath.Join(folder, "output"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()

	bash := exec.Command("bash", "-euo", "pipefail", m.script(t, folder, preamble, book))
	bash.Env = []string{
		"PATH=" + folder + ":" + m.tools + ":" + os.Getenv("PATH"), "HOME=" + folder, "LC_ALL=C", askVariable + "=" + socket,
	}
	bash.Dir = folder
	bash.Stdin = strings.NewReader(pasted)
	bash.Stdout, bash.Stderr = out, out
	p, err := startProcess(bash)
	if err != nil {
		t.Fatal(err)
	}
	defer p.kill()

	var printed []string
	tooLate := time.After(2 * patience)
	for {
		select {
		case c := <-calls:
			if c.Program == "step" {
				printed = append(printed, m.newOutput(t, out, printed))
				if next := after[c.stepNumber(t)]; next != nil {
					next()
				}
				m.noteSecrets(t)
				c.reply <- done()
				continue
			}
			c.reply <- m.obey(t, c)
		case <-p.exited:
			if p.err != nil || len(printed) != len(book.blocks) {
				t.Fatalf("%s: block %d of %d failed: %v\n%s", heading, len(printed)+1, len(book.blocks), p.err, m.newOutput(t, out, printed))
			}
			return printed
		case <-tooLate:
			t.Fatalf("%s: block %d does not end:\n%s", heading, len(printed)+1, m.newOutput(t, out, printed))
		}
	}
}

// script is the page's commands, on this machine: what stands first says where
// things are, and is the only thing that is not typed as it is.
func (m *machine) script(t *testing.T, folder, preamble string, book runbook) string {
	t.Helper()
	for _, here := range [][2]string{
		{"ETC=/etc/telegram-login", "ETC=" + m.etc},
		{"SITE=/opt/telegram-login/site", "SITE=" + m.site},
		{"BACKUPS=/var/backups/telegram-login", "BACKUPS=" + m.backups},
		{`COPIES="8080 8081"`, `COPIES="` + strings.Join(m.ports[:], " ") + `"`},
	} {
		if strings.Count(preamble, here[0]) != 1 {
			t.Fatalf("%s does not say %s once", page, here[0])
		}
		preamble = strings.Replace(preamble, here[0], here[1], 1)
	}
	var script strings.Builder
	script.WriteString(preamble)
	for i, block := range book.blocks {
		fmt.Fprintf(&script, "%sstep %d\n", block, i+1)
	}
	file := filepath.Join(folder, "script")
	if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// newOutput is what was printed after what is known.
func (m *machine) newOutput(t *testing.T, out *os.File, known []string) string {
	t.Helper()
	content, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)[len(strings.Join(known, "")):]
	m.shown = append(m.shown, text)
	return text
}

// obey is systemctl and journalctl.
func (m *machine) obey(t *testing.T, c call) reply {
	t.Helper()
	switch c.Program {
	case "systemctl":
		return m.systemctl(t, c.Args)
	case "journalctl":
		return m.journal.show(c.Args)
	}
	return failed("%s is not known here", c.Program)
}

// mustSay fails unless each text stands in the output.
func mustSay(t *testing.T, what, output string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			t.Errorf("%s does not say %q:\n%s", what, text, output)
		}
	}
}

// await waits for a condition that only asking again can find out about.
func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	tooLate := time.After(patience)
	for !condition() {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-tooLate:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// patience is how long something may take that takes a second or two, on a machine
// that does ten other things.
const patience = 60 * time.Second
