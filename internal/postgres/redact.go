package postgres

import (
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Redact returns where a database address leads, for logs: user, hosts and name. No
// password and no other parameter is in it; an address that cannot be read is not
// shown at all (R12).
func Redact(databaseURL string) string {
	config, err := parse(databaseURL)
	if err != nil {
		return "(not a postgres:// URL)"
	}
	return "postgres://" + config.User + "@" + strings.Join(hosts(config), ",") + "/" + config.Database
}

// hosts are those of the address in its order. Each may be tried with TLS and
// without, and stands there once.
func hosts(config *pgx.ConnConfig) []string {
	found := []string{hostPort(config.Host, config.Port)}
	for _, fallback := range config.Fallbacks {
		if next := hostPort(fallback.Host, fallback.Port); !slices.Contains(found, next) {
			found = append(found, next)
		}
	}
	return found
}

func hostPort(host string, port uint16) string {
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}
