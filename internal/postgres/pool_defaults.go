package postgres

import (
	"errors"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// More connections than this only wait on each other in the database; a
	// site that needs more knows why, and says so with pool_max_conns.
	fewestConns = 4
	mostConns   = 16

	// Connections are renewed now and then, so that they spread over what the
	// host name leads to today and see settings of the role that were changed
	// since; not all at once, which visitors would notice.
	connLifetime       = 30 * time.Minute
	connLifetimeJitter = 5 * time.Minute

	// Firewalls and balancers forget connections that are silent for about four
	// minutes, without a word to either end. How many stay open on a quiet site
	// is left to the queue, which asks the database once a second anyway.
	connIdleTime      = 3 * time.Minute
	healthCheckPeriod = 30 * time.Second

	// A connection that was idle for a second is asked before it is used. When no
	// answer comes, there must be time left for another one.
	pingTimeout = acquireTimeout / 2
)

// applyPoolDefaults fills in what the URL left open.
func applyPoolDefaults(config *pgxpool.Config, given map[string]string) {
	byDefault := func(parameter string, apply func()) {
		if _, ok := given[parameter]; !ok {
			apply()
		}
	}
	byDefault("pool_max_conns", func() {
		config.MaxConns = int32(min(max(fewestConns, 4*runtime.GOMAXPROCS(0)), mostConns))
	})
	byDefault("pool_max_conn_lifetime", func() { config.MaxConnLifetime = connLifetime })
	byDefault("pool_max_conn_lifetime_jitter", func() { config.MaxConnLifetimeJitter = connLifetimeJitter })
	byDefault("pool_max_conn_idle_time", func() { config.MaxConnIdleTime = connIdleTime })
	byDefault("pool_health_check_period", func() { config.HealthCheckPeriod = healthCheckPeriod })
	byDefault("pool_ping_timeout", func() { config.PingTimeout = pingTimeout })
}

var errBadAcquireTimeout = errors.New("reading the database address: pool_acquire_timeout is not a time longer than 0, such as 1s")

// takeAcquireLimit takes our own parameter out of those that the server is sent.
func takeAcquireLimit(parameters map[string]string) (acquireLimit, error) {
	const parameter = "pool_acquire_timeout"
	text, ok := parameters[parameter]
	delete(parameters, parameter)
	if !ok {
		return acquireLimit(acquireTimeout), nil
	}
	limit, err := time.ParseDuration(text)
	if err != nil || limit <= 0 {
		return 0, errBadAcquireTimeout
	}
	return acquireLimit(limit), nil
}
