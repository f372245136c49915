package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/multitracer"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Limits that hold unless the URL says otherwise.
const (
	applicationName = "telegram-login"
	connectTimeout  = 5 * time.Second
	// With several hosts each new connection waits so long for one that is gone.
	connectTimeoutPerHost = 2 * time.Second
)

// sessionLimits are sent when a connection starts, so that one stuck statement
// cannot hold a connection, or a lock that others wait for, without end.
var sessionLimits = map[string]string{
	"statement_timeout":                   "3s",
	"lock_timeout":                        "2s", // Longer than deadlock_timeout: a deadlock is seen as one, and tried again.
	"idle_in_transaction_session_timeout": "5s",
}

// Open returns a pool that answered a ping. Close is the caller's. The pool is
// safe for concurrent use. Times are read in UTC. The tracers see every query
// and, if they can, every batch and every wait for a connection.
//
// Who waits for a connection longer than a second gets
// [context.DeadlineExceeded]. The URL may set another time, such as
// pool_acquire_timeout=5s, and what pgx understands, such as pool_max_conns.
// Without it the pool holds four connections for each processor, between 4 and 16.
//
// statement_timeout, lock_timeout and idle_in_transaction_session_timeout are
// start-up parameters, not SET statements: behind a pooler that shares server
// connections, a SET would reach somebody else's session. A URL that carries
// one of them replaces ours; an empty one ("statement_timeout=") sends none,
// for a pooler that refuses them and takes no ignore_startup_parameters.
func Open(ctx context.Context, databaseURL string, tracers ...pgx.QueryTracer) (*pgxpool.Pool, error) {
	config, err := poolConfig(databaseURL, tracers...)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	if err := pool.Ping(patiently(ctx)); err != nil {
		pool.Close()
		return nil, fmt.Errorf("opening the database: %w", explainPooler(err))
	}
	return pool, nil
}

func poolConfig(databaseURL string, tracers ...pgx.QueryTracer) (*pgxpool.Config, error) {
	connConfig, err := parse(databaseURL)
	if err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, describeBadURL(databaseURL)
	}
	limit, err := takeAcquireLimit(config.ConnConfig.RuntimeParams)
	if err != nil {
		return nil, err
	}
	applyPoolDefaults(config, connConfig.RuntimeParams)
	applyDefaults(config.ConnConfig)
	config.AfterConnect = readTimesInUTC
	config.PrepareConn = stillSilent
	all := multitracer.New(append(slices.Clone(tracers), newReadOnlyWatch())...)
	all.PoolAcquireTracers = append(all.PoolAcquireTracers, limit)
	config.ConnConfig.Tracer = all
	return config, nil
}

// applyDefaults fills in what the URL left open.
func applyDefaults(config *pgx.ConnConfig) {
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
		if hosts, _ := hostsOf(config); len(hosts) > 1 {
			config.ConnectTimeout = connectTimeoutPerHost
		}
	}
	config.DialFunc = dialWithin(config.ConnectTimeout)
	config.AfterConnect = openForGood
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = applicationName
	}
	for name, limit := range sessionLimits {
		given, ok := config.RuntimeParams[name]
		switch {
		case !ok:
			config.RuntimeParams[name] = limit
		case given == "":
			delete(config.RuntimeParams, name)
		}
	}
}

// readTimesInUTC changes only how this side decodes a timestamptz. Nothing is
// sent, so it is safe behind a pooler.
func readTimesInUTC(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name:  "timestamptz",
		OID:   pgtype.TimestamptzOID,
		Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

// isPoolerRefusal recognises the answer of PgBouncer to a start-up parameter that
// it does not know.
func isPoolerRefusal(err error) bool {
	refusal, ok := errors.AsType[*pgconn.PgError](err)
	return ok && strings.Contains(refusal.Message, "unsupported startup parameter")
}

// explainPooler adds the cure to the refusal of a pooler.
func explainPooler(err error) error {
	if !isPoolerRefusal(err) {
		return err
	}
	return fmt.Errorf("%w; let the pooler accept it (PgBouncer: ignore_startup_parameters = "+
		"statement_timeout,lock_timeout,idle_in_transaction_session_timeout) "+
		"or leave it out with an empty value in the URL, and set the limit with ALTER ROLE … SET", err)
}
