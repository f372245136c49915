package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// startPgbouncer starts one in front of the server, as docs/operations.md says how.
func (b *bench) startPgbouncer(ctx context.Context, program string) (*process, error) {
	folder, err := os.MkdirTemp(b.work, "pgbouncer-")
	if err != nil {
		return nil, fmt.Errorf("pgbouncer: %w", err)
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	server, _ := url.Parse(b.server.URL("postgres")) // We made it.
	password, _ := server.User.Password()
	host, port, _ := net.SplitHostPort(address)
	lines := []string{
		"[databases]",
		"* = host=" + server.Hostname() + " port=" + server.Port(),
		"[pgbouncer]",
		"listen_addr = " + host, "listen_port = " + port, "unix_socket_dir =",
		"auth_type = scram-sha-256", "auth_file = " + filepath.Join(folder, "users"),
		"pool_mode = transaction", "default_pool_size = " + strconv.Itoa(b.connections), "max_client_conn = 1000",
		"ignore_startup_parameters = statement_timeout,lock_timeout,idle_in_transaction_session_timeout",
		"log_connections = 0", "log_disconnections = 0",
	}
	if os.Getuid() == 0 {
		lines = append(lines, "user = postgres") // It refuses to be root.
	}
	for name, text := range map[string]string{
		"pgbouncer.ini": strings.Join(lines, "\n") + "\n",
		"users":         fmt.Sprintf("%q %q\n", server.User.Username(), password),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil { //nolint:gosec // For its own user, and removed soon.
			return nil, fmt.Errorf("pgbouncer: %w", err)
		}
	}
	if err := os.Chmod(folder, 0o755); err != nil { //nolint:gosec // As above.
		return nil, fmt.Errorf("pgbouncer: %w", err)
	}
	p, err := b.begin(exec.Command(program, "-q", filepath.Join(folder, "pgbouncer.ini")), address) //nolint:noctx // It is stopped gently.
	if err != nil {
		return nil, err
	}
	pooled := *server
	pooled.Host = address
	for try := 0; ; try++ {
		db, err := pgx.Connect(ctx, pooled.String()+"&default_query_exec_mode=exec")
		if err == nil {
			return p, db.Close(ctx)
		}
		if try == 100 {
			said, _ := os.ReadFile(p.log)
			p.stop()
			return nil, fmt.Errorf("pgbouncer: %w: %s", err, said)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
