package postgres

import (
	"net"
	"strings"
)

// Redact returns where a database address leads, for logs: user, hosts and name. No
// password and no other parameter is in it; an address that cannot be read is not
// shown at all (R12).
func Redact(databaseURL string) string {
	config, err := parse(databaseURL)
	if err != nil {
		return "(not a postgres:// URL)"
	}
	hosts, ports := hostsOf(config)
	for i := range hosts {
		hosts[i] = net.JoinHostPort(hosts[i], ports[i])
	}
	return "postgres://" + config.User + "@" + strings.Join(hosts, ",") + "/" + config.Database
}
