package devpg

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// bindAttempts is how many ports are tried: between finding a free port and
// using it, somebody else may take it.
const bindAttempts = 3

// serve starts the server on the given port, else on a free one, and waits until
// it is ready.
func (c *cluster) serve(ctx context.Context, o Options) (*process, int, error) {
	patience, cancel := context.WithTimeout(ctx, leftoverPatience)
	defer cancel()
	for attempt := 1; ; attempt++ {
		port, err := choosePort(ctx, o)
		if err != nil {
			return nil, 0, err
		}
		p, err := c.serveOn(ctx, o, port)
		switch {
		case err == nil:
			return p, port, nil
		case isRefusal(err, "could not bind") && o.Port == 0 && attempt < bindAttempts:
			continue
		case isRefusal(err, "pre-existing shared memory block"):
			// After a kill -9 of a server, its children take a moment to notice.
			select {
			case <-time.After(100 * time.Millisecond):
				continue
			case <-patience.Done():
			}
		}
		return nil, 0, err
	}
}

// isRefusal recognises the server's last words, which are in English.
func isRefusal(err error, words string) bool {
	return errors.Is(err, errNotReady) && strings.Contains(err.Error(), words)
}

func (c *cluster) serveOn(ctx context.Context, o Options, port int) (*process, error) {
	// postgres itself, not pg_ctl: it stays our child and can die with us.
	// It outlives ctx, which is for the start.
	program := filepath.Join(c.bin, "postgres")
	cmd := c.account.command(context.WithoutCancel(ctx), program, serverArguments(c.data, port, o.Fast)...)
	cmd.Dir = c.data
	p, err := startProcess(cmd, o.Log)
	if err != nil {
		return nil, err
	}
	select {
	case <-p.ready:
		return p, nil
	case <-p.exited:
		return nil, fmt.Errorf("%w: %s", errNotReady, p.lastWords())
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), p.stop(stopTimeout))
	}
}

// errNotReady means that the server ended before it accepted connections.
var errNotReady = errors.New("the server ended before it was ready")

// serverArguments keep the server on loopback: no other address, and no socket
// file, which other users of the machine could reach.
func serverArguments(data string, port int, fast bool) []string {
	settings := []string{
		"listen_addresses=127.0.0.1",
		"port=" + strconv.Itoa(port),
		"unix_socket_directories=",
		"logging_collector=off",
		"log_destination=stderr",
		"lc_messages=C", // The line that says "ready" is waited for in English.
		"timezone=UTC",
		"log_timezone=UTC",
		// Inside the data folder: a kill -9 leaves nothing elsewhere, and the
		// small /dev/shm of a container is no limit.
		"dynamic_shared_memory_type=mmap",
	}
	if fast {
		settings = append(settings,
			"fsync=off", "synchronous_commit=off", "full_page_writes=off",
			// Many tests at once, each with a pool of its own.
			"max_connections=300",
		)
	}
	arguments := []string{"-D", data}
	for _, setting := range settings {
		arguments = append(arguments, "-c", setting)
	}
	return arguments
}

func choosePort(ctx context.Context, o Options) (int, error) {
	if o.Port != 0 {
		return o.Port, nil
	}
	return freePort(ctx)
}

// freePort asks the system for a port that nobody listens on.
func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("finding a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
