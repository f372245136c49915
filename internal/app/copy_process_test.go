package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/app"
)

// copySettings make this test's own program one copy of the site, so that it can
// be killed as only a process can.
type copySettings struct {
	DatabaseURL, APIURL, Token string
	SendTimeout                time.Duration
}

const copyVariable = "TEST_RUN_COPY_OF_THE_SITE"

func TestMain(m *testing.M) {
	if text := os.Getenv(copyVariable); text != "" {
		if err := runCopy(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func runCopy(text string) error {
	var s copySettings
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return app.Run(context.Background(), app.Config{
		PublicURL:          &url.URL{Scheme: "http", Host: "localhost:" + port}, // Linked to the stand-in's bot.
		Listener:           listener,
		DatabaseURL:        s.DatabaseURL,
		MigrateDatabaseURL: s.DatabaseURL,
		BotTokens:          []string{s.Token},
		BotUsername:        "tests_login_bot",
		APIURL:             s.APIURL,
		LinkURL:            s.APIURL,
		Updates:            app.UpdatesPolling,
		SessionKeys:        [][]byte{make([]byte, app.MinSessionKeyBytes)},
		LoginMaxAge:        5 * time.Minute,
		SessionLifetime:    720 * time.Hour,
		SessionIdle:        168 * time.Hour,
		SendTimeout:        s.SendTimeout,
		Serving:            func() { fmt.Println("serving") },
		Now:                time.Now,
		Log:                slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
}

// process is a copy of the site that can be killed.
type process struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
}

// startProcess returns when the copy serves.
func startProcess(t *testing.T, s copySettings) *process {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(program)}
	p.cmd.Env = append(os.Environ(), copyVariable+"="+string(text))
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stdout).ReadString('\n'); !strings.Contains(line, "serving") {
		p.kill()
		t.Fatalf("the copy does not serve: %q, %v\n%s", line, err, p.stderr.String())
	}
	return p
}

// kill is kill -9: nothing is finished, nothing is given back.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}
