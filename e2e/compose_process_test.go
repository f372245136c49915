package e2e_test

import (
	"bufio"
	"io"
	"maps"
	"net"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
)

// composeHost stands in for Docker: it runs the very commands of the services as
// processes of this machine.
type composeHost struct {
	project  *types.Project
	stages   map[string]*composeStage
	programs map[string]string // As composeBuild returns them.
	// replace turns the addresses of the containers into those of this machine.
	replace *strings.Replacer
	// What every command of a service gets in addition, by the service's name:
	// where to listen, which in a container is a default.
	extraEnvironment map[string][]string
	extraArguments   map[string][]string
}

// composeFreePorts returns ports of this machine that nobody uses.
func composeFreePorts(t *testing.T, n int) []string {
	t.Helper()
	var ports []string
	for range n {
		// All stay open until each has been chosen, so that none comes twice.
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		_, port, _ := net.SplitHostPort(l.Addr().String())
		ports = append(ports, port)
	}
	return ports
}

// stage returns the image of a service; migrate uses the one that site builds.
func (h composeHost) stage(t *testing.T, service types.ServiceConfig) *composeStage {
	t.Helper()
	for _, other := range h.project.Services {
		if other.Build != nil && other.Image == service.Image {
			return h.stages[other.Build.Target]
		}
	}
	t.Fatalf("service %s: nobody builds %s", service.Name, service.Image)
	return nil
}

// command prepares what a service runs, or another command in its container.
func (h composeHost) command(t *testing.T, name string, words []string) *exec.Cmd {
	t.Helper()
	service := h.project.Services[name]
	program := h.programs[h.stage(t, service).programs[words[0]]]
	if program == "" {
		t.Fatalf("service %s: its image has no program %s", name, words[0])
	}
	var arguments []string
	for _, word := range words[1:] {
		arguments = append(arguments, h.replace.Replace(word))
	}
	cmd := exec.CommandContext(t.Context(), program, append(arguments, h.extraArguments[name]...)...)
	cmd.Env = []string{} // Nothing of this process's own.
	environment := composeEnvironment(t, service)
	for _, variable := range slices.Sorted(maps.Keys(environment)) {
		cmd.Env = append(cmd.Env, variable+"="+h.replace.Replace(environment[variable]))
	}
	cmd.Env = append(cmd.Env, h.extraEnvironment[name]...)
	return cmd
}

// run runs a service that ends by itself.
func (h composeHost) run(t *testing.T, name string) {
	t.Helper()
	service := h.project.Services[name]
	cmd := h.command(t, name, slices.Concat(h.stage(t, service).entrypoint, service.Command))
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, text)
	}
}

// start starts a service and waits until it logs that it is there. The function
// that it returns ends the service as Docker does.
func (h composeHost) start(t *testing.T, name, logged string) (stop func()) {
	t.Helper()
	service := h.project.Services[name]
	cmd := h.command(t, name, slices.Concat(h.stage(t, service).entrypoint, service.Command))
	output, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	log := composeFollow(output)
	if !log.waitFor(logged) {
		t.Fatalf("%s ended too early: %v\n%s", name, cmd.Wait(), log)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("log of %s:\n%s", name, log)
		}
	})
	return func() {
		grace := time.AfterFunc(time.Duration(*service.StopGracePeriod), func() { _ = cmd.Process.Kill() })
		defer grace.Stop()
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("stopping %s: %v", name, err)
		}
		<-log.ended // Before Wait, which closes the pipe.
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s did not end cleanly: %v", name, err)
		}
	}
}

// checkHealth runs the health check of a service.
func (h composeHost) checkHealth(t *testing.T, name string) error {
	t.Helper()
	test := h.project.Services[name].HealthCheck.Test
	if len(test) < 2 || test[0] != "CMD" {
		t.Fatalf("service %s has the health check %q, want a command without a shell", name, test)
	}
	return h.command(t, name, test[1:]).Run()
}

// composeLog is what a process has written so far.
type composeLog struct {
	mu    sync.Mutex
	text  strings.Builder
	lines chan string
	ended chan struct{}
}

func composeFollow(output io.Reader) *composeLog {
	log := &composeLog{lines: make(chan string, 1000), ended: make(chan struct{})}
	go func() {
		defer close(log.ended)
		defer close(log.lines)
		for scanner := bufio.NewScanner(output); scanner.Scan(); {
			log.mu.Lock()
			log.text.WriteString(scanner.Text() + "\n")
			log.mu.Unlock()
			select {
			case log.lines <- scanner.Text():
			default: // Nobody waits any more.
			}
		}
	}()
	return log
}

// waitFor reports whether a line with this text came before the end.
func (l *composeLog) waitFor(text string) bool {
	for line := range l.lines {
		if strings.Contains(line, text) {
			return true
		}
	}
	return false
}

func (l *composeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
