package postgres

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// errBadURL never quotes its subject: where the password begins and ends in a
// text that is no URL is anybody's guess.
var errBadURL = errors.New("the database address is not a valid postgres:// URL " +
	"(it is not shown because it may hold a password; " +
	"special characters in a password must be percent-encoded)")

// parse reads a postgres:// URL. Keyword/value strings are refused, because
// migrations can only be opened by URL.
func parse(databaseURL string) (*pgx.ConnConfig, error) {
	scheme, rest, _ := strings.Cut(databaseURL, "://")
	if scheme != "postgres" && scheme != "postgresql" || hasStrayPassword(rest) {
		return nil, errBadURL
	}
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return nil, describeBadURL(databaseURL)
	}
	return config, refuseSimpleProtocol(config)
}

// hasStrayPassword reports an @ in a place where it can only be, or follow, a
// piece of a password that was not percent-encoded. Such a URL may well parse,
// with that piece as the name of the host or of the database, which errors show.
func hasStrayPassword(afterScheme string) bool {
	authority := afterScheme
	if end := strings.IndexAny(afterScheme, "/?#"); end >= 0 {
		authority = afterScheme[:end]
	}
	return strings.Count(afterScheme, "@") > 1 || strings.Contains(afterScheme[len(authority):], "@")
}

// describeBadURL finds out what is wrong with a URL from a copy that holds no
// password. The original error is dropped: its text and its fields quote the
// URL, and masking the password in a malformed text is guesswork.
func describeBadURL(databaseURL string) error {
	u, err := url.Parse(databaseURL)
	if err != nil { // Several hosts are no URL to net/url. What is wrong may still be elsewhere.
		if u, err = withoutHosts(databaseURL); err != nil {
			return errBadURL
		}
	}
	u.User = nil
	query := u.Query()
	query.Del("password")
	query.Del("sslpassword")
	u.RawQuery = query.Encode()
	if _, err := pgxpool.ParseConfig(u.String()); err != nil {
		return fmt.Errorf("reading the database address: %w", err)
	}
	return errBadURL
}

// withoutHosts reads an address of which the part with the hosts may be a list.
func withoutHosts(databaseURL string) (*url.URL, error) {
	scheme, rest, _ := strings.Cut(databaseURL, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	user := rest[:strings.LastIndex(rest[:end], "@")+1]
	return url.Parse(scheme + "://" + user + rest[end:])
}

// hostsOf returns where to connect, in order. pgx lists a host twice when it is
// to be tried without TLS too.
func hostsOf(config *pgx.ConnConfig) (hosts, ports []string) {
	add := func(host string, port uint16) {
		text := strconv.Itoa(int(port))
		if n := len(hosts); n > 0 && hosts[n-1] == host && ports[n-1] == text {
			return
		}
		hosts, ports = append(hosts, host), append(ports, text)
	}
	add(config.Host, config.Port)
	for _, other := range config.Fallbacks {
		add(other.Host, other.Port)
	}
	return hosts, ports
}
