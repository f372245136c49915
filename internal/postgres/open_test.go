package postgres_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
)

func open(t *testing.T, databaseURL string) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.Open(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func TestOpen_limitsWhatASessionMayHold(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	tests := map[string]struct {
		parameters string
		want       map[string]string
	}{
		"by default": {"", map[string]string{
			"statement_timeout": "3s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "5s",
			"application_name": "telegram-login",
		}},
		"the URL replaces a limit": {"&statement_timeout=7s&application_name=mine", map[string]string{
			"statement_timeout": "7s", "lock_timeout": "2s", "application_name": "mine",
		}},
		"an empty value sends none": {"&statement_timeout=&lock_timeout=", map[string]string{
			"statement_timeout": "0", "lock_timeout": "0",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := open(t, databaseURL+test.parameters)
			for setting, want := range test.want {
				var got string
				if err := pool.QueryRow(t.Context(), `SELECT current_setting($1)`, setting).Scan(&got); err != nil {
					t.Fatal(err)
				}
				if got != want {
					t.Errorf("%s = %q, want %q", setting, got, want)
				}
			}
		})
	}
}

func TestOpen_sizeOfThePool(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	byDefault := int32(min(max(4, 4*runtime.GOMAXPROCS(0)), 16))
	for parameters, want := range map[string]int32{"": byDefault, "&pool_max_conns=3": 3} {
		if got := open(t, databaseURL+parameters).Config().MaxConns; got != want {
			t.Errorf("with %q the pool holds %d connections, want %d", parameters, got, want)
		}
	}
}

func TestOpen_howLongConnectionsStay(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	byDefault := [...]time.Duration{30 * time.Minute, 5 * time.Minute, 3 * time.Minute, 30 * time.Second, 500 * time.Millisecond}
	given := [...]time.Duration{time.Hour, time.Minute, 2 * time.Minute, 3 * time.Minute, 4 * time.Second}
	for parameters, want := range map[string][5]time.Duration{
		"": byDefault,
		"&pool_max_conn_lifetime=1h&pool_max_conn_lifetime_jitter=1m&pool_max_conn_idle_time=2m" +
			"&pool_health_check_period=3m&pool_ping_timeout=4s": given,
	} {
		c := open(t, databaseURL+parameters).Config()
		got := [...]time.Duration{c.MaxConnLifetime, c.MaxConnLifetimeJitter, c.MaxConnIdleTime, c.HealthCheckPeriod, c.PingTimeout}
		if got != want {
			t.Errorf("with %q: %v, want %v", parameters, got, want)
		}
	}
}

func TestOpen_timesAreReadInUTC(t *testing.T) {
	t.Parallel()
	var got time.Time
	err := open(t, pgtest.URL(t)).QueryRow(t.Context(), `SELECT '2026-11-23 12:00+03'::timestamptz`).Scan(&got)
	if err != nil {
		t.Fatal(err)
	}
	if got.Location() != time.UTC || got.Hour() != 9 {
		t.Errorf("read %v, want 09:00 UTC", got)
	}
}
