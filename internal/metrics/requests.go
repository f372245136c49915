package metrics

import (
	"strconv"
	"time"
)

// Request counts one answered request. The route is a pattern and never an
// address.
func (m *Metrics) Request(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.requestTime.WithLabelValues(route).Observe(took.Seconds())
}

// Refusal counts a request that was refused, for one of the reasons of package
// site.
func (m *Metrics) Refusal(reason string) { m.refusals.WithLabelValues(reason).Inc() }

// RateLimited counts a request that came over one of the limits of package site.
func (m *Metrics) RateLimited(limit string) { m.rateLimited.WithLabelValues(limit).Inc() }

// Panic counts a panic that was caught.
func (m *Metrics) Panic() { m.panics.Inc() }
