package devpg

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Options say where a server keeps its data and how it runs.
type Options struct {
	// Dir is the folder below which the data lies; created when missing.
	// Only one server at a time may use it. Required.
	Dir string
	// Cache is a folder that servers share: downloaded programs and a copy of
	// an empty cluster, which starts a new one sooner. Empty: downloads go
	// below Dir and nothing is copied.
	Cache string
	// Binaries is the folder with the programs postgres and initdb.
	// Empty: they are looked for, and downloaded when there are none.
	Binaries string
	// Reset starts from an empty cluster. The one in Dir is lost; a folder that
	// is none is refused.
	Reset bool
	// Fast trades durability for speed: for tests. A crash of the machine
	// loses the data.
	Fast bool
	// Port is where the server listens; zero for one that is free. A server that
	// is started again on the port it had is found by who knew it before.
	Port int
	// Log is told what takes long, and at debug level what the server prints.
	// Nil: nothing is logged.
	Log *slog.Logger
}

// Server is a running PostgreSQL. Its methods are safe for concurrent use.
type Server struct {
	process  *process
	password string
	port     int
	stop     func() error
}

// Start returns when the server accepts connections. ctx bounds the start only:
// the server then runs until [Server.Stop] or until this process ends.
//
// A folder that another server uses, or whose data another major version of
// PostgreSQL wrote, is refused with an error that says so. When there is no
// PostgreSQL to be had, the error names the cures.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := prepareDir(o.Dir)
	if err != nil {
		return nil, err
	}
	o.Dir = dir
	lock, err := acquireLock(dir)
	if err != nil {
		return nil, err
	}
	server, err := start(ctx, o)
	if err != nil {
		lock.release()
		return nil, err
	}
	server.stop = sync.OnceValue(func() error {
		defer lock.release()
		return server.process.stop(stopTimeout)
	})
	return server, nil
}

// start needs the lock of the folder.
func start(ctx context.Context, o Options) (*Server, error) {
	bin := o.Binaries
	if bin == "" {
		var err error
		if bin, err = findBinaries(ctx, o, usualFolders); err != nil {
			return nil, err
		}
	}
	data := clusterDir(o.Dir)
	if err := endLeftover(ctx, data); err != nil {
		return nil, err
	}
	c, err := openCluster(ctx, o, bin)
	if err != nil {
		return nil, err
	}
	process, port, err := c.serve(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("starting PostgreSQL in %s: %w", data, err)
	}
	return &Server{process: process, password: c.password, port: port}, nil
}

// URL is the address of a database of this server, for the superuser. The
// database "postgres" always exists.
func (s *Server) URL(database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, s.password),
		Host:     "127.0.0.1:" + strconv.Itoa(s.port),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Stop ends the server cleanly; open connections are cut. A second call waits
// for the first and returns the same.
func (s *Server) Stop() error {
	return s.stop()
}

const (
	superuser   = "postgres"
	stopTimeout = 30 * time.Second
)
