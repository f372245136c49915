package metrics

import (
	"regexp"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// inDescription finds the name in the text of a description, which has no other
// way to tell it.
var inDescription = regexp.MustCompile(`fqName: "([^"]+)"`)

// Names returns the names of all metrics that a site has, sorted: those of
// histograms without _bucket, _sum and _count.
func Names() []string {
	descriptions := make(chan *prometheus.Desc)
	go func() {
		defer close(descriptions)
		for _, collector := range New().all() {
			collector.Describe(descriptions)
		}
	}()
	var names []string
	for description := range descriptions {
		if name := inDescription.FindStringSubmatch(description.String()); name != nil {
			names = append(names, name[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
