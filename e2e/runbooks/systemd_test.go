package runbooks_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

// systemctl starts, stops and restarts units, and returns as late as systemd does:
// when what was asked for is so.
func (m *machine) systemctl(t *testing.T, args []string) reply {
	t.Helper()
	if len(args) < 2 {
		return failed("systemctl: nothing to do")
	}
	for _, name := range args[1:] {
		var answer reply
		switch args[0] {
		case "start":
			answer = m.startUnit(t, name)
		case "stop":
			answer = m.stopUnit(name)
		case "restart":
			if m.beforeRestart != nil {
				m.beforeRestart()
			}
			if answer = m.stopUnit(name); answer.Status == 0 {
				answer = m.startUnit(t, name)
			}
		default:
			answer = failed("systemctl: %s is not known here", args[0])
		}
		if answer.Status != 0 {
			return answer
		}
	}
	return done()
}

// startUnit does nothing for a unit that runs. One whose process ends before it is
// ready has failed; it is not tried again, as systemd would, because nobody could
// tell which of the tries a runbook has mended.
func (m *machine) startUnit(t *testing.T, name string) reply {
	t.Helper()
	if p := m.running[name]; p != nil && !p.hasEnded() {
		return done()
	}
	credentials := t.TempDir()
	u := m.readUnit(t, name, credentials)
	u.loadCredentials(t, credentials)
	main, err := m.launch(u, u.command)
	if err != nil {
		t.Fatal(err)
	}
	m.running[name] = main
	if u.whenStarted == "" { // It is there to end.
		<-main.exited
		if main.err != nil {
			return failed("Job for %s.service failed: %v", name, main.err)
		}
		return done()
	}
	post, err := m.launch(u, u.whenStarted)
	if err != nil {
		t.Fatal(err)
	}
	defer post.kill()
	select {
	case <-post.exited:
		return done()
	case <-main.exited:
		return failed("Job for %s.service failed: %v", name, main.err)
	case <-time.After(patience):
		main.kill()
		return failed("Job for %s.service failed: timeout", name)
	}
}

// launch runs a command of a unit. Systemd splits it into words as a shell does.
func (m *machine) launch(u unit, command string) (*process, error) {
	cmd := exec.Command("/bin/sh", "-c", "exec "+command)
	cmd.Env = u.env()
	cmd.Dir = "/"
	out := m.journal.of(u.name)
	cmd.Stdout, cmd.Stderr = out, out
	return startProcess(cmd)
}

// stopUnit is glad when the unit does not run.
func (m *machine) stopUnit(name string) reply {
	p := m.running[name]
	if p == nil || p.hasEnded() {
		return done()
	}
	if err := p.terminate(); err != nil {
		return failed("%s.service: %v", name, err)
	}
	return done()
}

// mustObey is for what the test itself asks of systemd.
func (m *machine) mustObey(t *testing.T, command string) {
	t.Helper()
	if answer := m.systemctl(t, strings.Fields(command)); answer.Status != 0 {
		t.Fatalf("systemctl %s: %s\n%s", command, answer.Output, &m.journal)
	}
}

func (m *machine) unitOf(copyOfSite int) string { return "telegram-login@" + m.ports[copyOfSite] }
