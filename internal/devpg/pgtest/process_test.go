package pgtest_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg"
	"example.com/telegram-login/internal/devpg/pgtest"
)

// These variables make this test program a child of itself.
const (
	asChild      = "PGTEST_CHILD"
	databaseURLs = "TEST_DATABASE_URL"
)

// runChild runs one test of this program in another process.
func childCommand(t *testing.T, test, mode, serverURL string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), asChild+"="+mode, databaseURLs+"="+serverURL)
	return cmd
}

// TestChild is the other side of the tests below, and nothing by itself.
func TestChild(t *testing.T) {
	t.Parallel()
	mode := os.Getenv(asChild)
	if mode == "" {
		return
	}
	var folder string
	err := pgtest.New(t).QueryRow(t.Context(), `SELECT current_setting('data_directory')`).Scan(&folder)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("folder=" + filepath.Dir(folder))
	switch mode {
	case "fail":
		t.Error("failed on purpose")
	case "wait":
		_, _ = io.Copy(io.Discard, os.Stdin)
	}
}

func TestNew_serverOfOnesOwn(t *testing.T) {
	t.Parallel()
	server, err := devpg.Start(t.Context(), devpg.Options{Dir: t.TempDir(), Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })

	// Packages are tested at the same time, each in a process.
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if output, err := childCommand(t, "TestChild", "pass", server.URL("postgres")).CombinedOutput(); err != nil {
				t.Errorf("a test process failed: %v\n%s", err, output)
			}
		})
	}
	wg.Wait()
	if got := databases(t, server); len(got) != 1 || !strings.HasPrefix(got[0], "telegram_login_template_") {
		t.Errorf("databases left: %q, want one template", got)
	}

	output, err := childCommand(t, "TestChild", "fail", server.URL("postgres")).CombinedOutput()
	if err == nil {
		t.Error("the failing test passed")
	}
	kept := ""
	for _, name := range databases(t, server) {
		if strings.HasPrefix(name, "test_") {
			kept = name
		}
	}
	if kept == "" || !strings.Contains(string(output), kept) {
		t.Errorf("the database of the failed test (%q) was not kept or not named in\n%s", kept, output)
	}
}

// databases are those that a new cluster does not have.
func databases(t *testing.T, server *devpg.Server) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	const query = `SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')`
	rows, _ := conn.Query(t.Context(), query) // CollectRows reports its error.
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestNew_folderOfADeadProcessIsRemovedByTheNext(t *testing.T) {
	t.Parallel()
	first, folder := startWaiting(t)
	_ = first.Process.Kill()
	_ = first.Wait()

	second, inUse := startWaiting(t)
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder of a dead process is still there: %v", err)
	}
	startWaiting(t)
	if _, err := os.Stat(inUse); err != nil {
		t.Errorf("the folder of living process %d is gone: %v", second.Process.Pid, err)
	}
}

// startWaiting starts a test process with a server and returns its folder.
func startWaiting(t *testing.T) (*exec.Cmd, string) {
	t.Helper()
	cmd := childCommand(t, "TestChild", "wait", "")
	if _, err := cmd.StdinPipe(); err != nil { // The child waits for its end.
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if folder, ok := strings.CutPrefix(lines.Text(), "folder="); ok {
			return cmd, folder
		}
	}
	t.Fatal("the test process did not name its folder")
	return nil, ""
}
