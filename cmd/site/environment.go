package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// environment is the process's environment, and which of it was asked for.
type environment struct {
	values map[string]string
	asked  map[string]bool
}

func newEnvironment(environ []string) *environment {
	env := &environment{values: make(map[string]string), asked: make(map[string]bool)}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		env.values[name] = value
	}
	return env
}

// ownPrefixes begin the names of our settings.
var ownPrefixes = []string{
	"ADMIN_", "DRAIN_", "INSECURE_", "LISTEN_", "LOGIN_", "MIGRATE_", "PUBLIC_", "SESSION_", "TELEGRAM_", "TRUSTED_",
}

// notOurs is set by every desktop on Linux.
const notOurs = "SESSION_MANAGER"

// unknown returns the names that look like settings of ours and that nobody
// asked for.
func (e *environment) unknown() []string {
	var names []string
	for name := range e.values {
		ours := slices.ContainsFunc(ownPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		if ours && !e.asked[name] && name != notOurs {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// reader reads settings and collects all problems, so that an operator mends
// them in one go.
type reader struct {
	env      *environment
	problems []error
}

func (r *reader) err() error { return errors.Join(r.problems...) }

// problem notes what is wrong with a setting. The text must not hold the value
// of a secret.
func (r *reader) problem(name, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf(name+": "+format, args...))
}

// text returns a setting, or its default when it is empty.
func (r *reader) text(name, byDefault string) string {
	r.env.asked[name] = true
	if value := r.env.values[name]; value != "" {
		return value
	}
	return byDefault
}

// textOrOff is text for a setting that can be switched off by setting it to nothing.
func (r *reader) textOrOff(name, byDefault string) string {
	r.env.asked[name] = true
	if value, set := r.env.values[name]; set {
		return value
	}
	return byDefault
}

// secret returns a setting that may also stand in the file that NAME_FILE names,
// as container secrets do. A line end at the file's end is not part of it.
func (r *reader) secret(name string) string {
	value := r.text(name, "")
	file := r.text(name+"_FILE", "")
	switch {
	case file == "":
		return value
	case value != "":
		r.problem(name, "is set, and %s_FILE is too: which one counts?", name)
		return ""
	}
	content, err := os.ReadFile(file) //nolint:gosec // The operator names the file.
	if err != nil {
		r.problem(name+"_FILE", "%w", err)
		return ""
	}
	return strings.TrimRight(string(content), "\r\n")
}

// requiredSecret is secret for a setting that must be there. Commas and blanks
// alone are nothing. What secret itself complained of is not reported twice.
func (r *reader) requiredSecret(name string) string {
	before := len(r.problems)
	value := r.secret(name)
	if len(list(value)) == 0 && len(r.problems) == before {
		r.problem(name, "is required")
	}
	return value
}

// list returns the parts of a comma-separated setting, without blanks around
// them.
func list(value string) []string {
	var parts []string
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
