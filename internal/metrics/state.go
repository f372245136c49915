package metrics

import (
	"runtime"
	"runtime/debug"
	"time"
)

// Ready sets whether this copy wants visitors.
func (m *Metrics) Ready(ready bool) {
	value := 0.0
	if ready {
		value = 1
	}
	m.ready.Set(value)
}

// SchemaVersion sets the migration that the database is at.
func (m *Metrics) SchemaVersion(version uint) { m.schemaVersion.Set(float64(version)) }

// Clocks that ours is compared with.
const (
	Telegram = "telegram" // To about a second.
	Database = "database"
)

// ClockSkew sets how far our clock is ahead of another.
func (m *Metrics) ClockSkew(against string, ahead time.Duration) {
	m.clockSkew.WithLabelValues(against).Set(ahead.Seconds())
}

// Build says which program this is, as the Go command noted it.
type Build struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"`
}

// revision is the commit, where the build cannot see the repository and is told instead: see the Dockerfile.
var revision string

// ReadBuild returns what is known of the running program.
func ReadBuild() Build {
	build := Build{Version: "unknown", Commit: "unknown", Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build
	}
	build.Version = info.Main.Version
	if revision != "" {
		build.Commit = revision
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			build.Commit = setting.Value
		}
	}
	return build
}

// Build sets which program this is.
func (m *Metrics) Build(b Build) { m.build.WithLabelValues(b.Version, b.Commit, b.Go).Set(1) }
