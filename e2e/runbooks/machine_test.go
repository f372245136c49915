package runbooks_test

import (
	"crypto/rand"
	"encoding/base64"
	"math/big"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// machine is a host with two copies of the site, as docs/deploy.md sets it up.
type machine struct {
	etc, backups, site string
	tools              string    // Where the client programs of PostgreSQL are.
	ports              [2]string // Of the copies.
	database           *url.URL  // For the superuser.
	telegram           *telegram
	publicURL          string
	journal            journal
	running            map[string]*process // By unit.
	beforeRestart      func()              // Called before systemctl restarts a copy.

	shown   []string // What the commands printed.
	updates int      // That the test has brought itself.
	secrets map[string]bool
}

// newMachine returns when both copies serve.
func newMachine(t *testing.T) *machine {
	t.Helper()
	m := newEmptyMachine(t)
	m.mustObey(t, "start telegram-login-migrate")
	m.mustObey(t, "start "+m.unitOf(0)+" "+m.unitOf(1))
	return m
}

// newEmptyMachine has nothing in its database, and no copy runs yet.
func newEmptyMachine(t *testing.T) *machine {
	t.Helper()
	needTools(t)
	dir := t.TempDir()
	m := &machine{
		etc: filepath.Join(dir, "etc"), backups: filepath.Join(dir, "backups"), site: built(t, "site"),
		tools:   filepath.Dir(clientProgram("psql")),
		running: map[string]*process{}, secrets: map[string]bool{},
	}
	t.Cleanup(func() { m.mustHaveKeptItsSecrets(t) })
	for _, folder := range []string{m.etc, m.backups} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	ownerPassword, appPassword, token := rand.Text(), rand.Text(), newToken()
	m.database = newDatabase(t, ownerPassword, appPassword)
	m.telegram = newTelegram(t, token)
	m.ports = [2]string{freeCopyPort(t), freeCopyPort(t)}
	m.publicURL = newBalancer(t, m.ports[:])
	m.write(t, "database_owner_url", as(m.database, "site_owner", ownerPassword))
	m.write(t, "database_url", as(m.database, "site_app", appPassword))
	m.write(t, "telegram_bot_token", token)
	m.write(t, "telegram_webhook_secret", rand.Text())
	m.write(t, "session_keys", newKey())
	m.write(t, "postgres.env", postgresEnvironment(m.database)...)
	m.write(t, "site.env",
		"# What is not secret.",
		"PUBLIC_URL="+m.publicURL,
		"TELEGRAM_API_URL="+m.telegram.url(),
		"TELEGRAM_LINK_URL="+m.telegram.url(),
		"TELEGRAM_BOT_USERNAME="+botUsername,
		"TELEGRAM_UPDATES=webhook",
		"DRAIN_DELAY=0s",
		"LOG_LEVEL=debug",
	)
	m.noteSecrets(t)
	t.Cleanup(func() { m.switchOff(t) })
	return m
}

func (m *machine) switchOff(t *testing.T) {
	t.Helper()
	for name, p := range m.running {
		if !p.hasEnded() {
			if err := p.terminate(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if t.Failed() {
		t.Logf("the journal:\n%s", &m.journal)
	}
}

// needTools skips where a runbook cannot be carried out at all.
func needTools(t *testing.T) {
	t.Helper()
	missing := slices.DeleteFunc([]string{"psql", "pg_dump", "pg_restore", "dropdb"}, func(name string) bool { return clientProgram(name) != "" })
	for _, name := range []string{"bash", "curl", "openssl"} {
		if _, err := exec.LookPath(name); err != nil {
			missing = append(missing, name)
		}
	}
	if runtime.GOOS != "linux" {
		missing = append(missing, "Linux")
	}
	switch {
	case len(missing) == 0:
	case os.Getenv("CI") == "true":
		t.Fatalf("missing: %s", strings.Join(missing, ", "))
	default:
		t.Skipf("missing: %s; the runbooks are skipped", strings.Join(missing, ", "))
	}
}

// write puts lines into a file below /etc/telegram-login.
func (m *machine) write(t *testing.T, name string, lines ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(m.etc, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// read returns the parts of a list in such a file.
func (m *machine) read(t *testing.T, name string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(m.etc, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(content)), ",")
}

func newToken() string { return botID + ":AA_canary_" + rand.Text() }

func newKey() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // Never fails, says crypto/rand.
	return base64.StdEncoding.EncodeToString(key)
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// handedOut are the ports that freeCopyPort has returned: a copy listens only later.
var handedOut sync.Map

// freeCopyPort is a port that is free, and so is the one with a 1 before it, where
// the unit puts the metrics. It is another one each time.
func freeCopyPort(t *testing.T) string {
	t.Helper()
	for range 100 {
		n, err := rand.Int(rand.Reader, big.NewInt(3500))
		if err != nil {
			t.Fatal(err)
		}
		port := strconv.FormatInt(2000+n.Int64(), 10)
		if _, again := handedOut.LoadOrStore(port, true); !again && isFree(port) && isFree("1"+port) {
			return port
		}
	}
	t.Fatal("no free ports")
	return ""
}

func isFree(port string) bool {
	l, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		return false
	}
	_ = l.Close()
	return true
}
