package faults_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// metrics are the samples of one copy at one moment, by name and labels.
type metrics map[string]float64

// metricsText is what the admin listener of a copy shows.
func (c *siteCopy) metricsText(t *testing.T) string {
	t.Helper()
	response, err := http.Get("http://" + c.admin + "/metrics")
	if err != nil {
		t.Errorf("the metrics of %s: %v", c.name, err)
		return ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("the metrics of %s: %s, %v", c.name, response.Status, err)
	}
	return string(text)
}

// metrics reads the samples of a copy.
//
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
func (c *siteCopy) metrics(t *testing.T) metrics {
	t.Helper()
	samples := make(metrics)
	for line := range strings.Lines(c.metricsText(t)) {
		line = strings.TrimSpace(line)
		space := strings.LastIndexByte(line, ' ')
		if strings.HasPrefix(line, "#") || space < 0 {
			continue
		}
		if value, err := strconv.ParseFloat(line[space+1:], 64); err == nil {
			samples[line[:space]] = value
		}
	}
	return samples
}

// sum adds up the samples of a metric that have these labels, each as name="value".
func (m metrics) sum(name string, labels ...string) float64 {
	total := 0.0
	for sample, value := range m {
		own, rest, _ := strings.Cut(sample, "{")
		if own != name {
			continue
		}
		all := true
		for _, label := range labels {
			all = all && strings.Contains(rest, label)
		}
		if all {
			total += value
		}
	}
	return total
}

// sum adds up over both copies.
func (w *world) sum(t *testing.T, name string, labels ...string) float64 {
	t.Helper()
	return w.copies[0].metrics(t).sum(name, labels...) + w.copies[1].metrics(t).sum(name, labels...)
}

// mustHaveMoved checks that a fault is seen by whoever watches (I15).
func (w *world) mustHaveMoved(t *testing.T, before float64, name string, labels ...string) {
	t.Helper()
	if after := w.sum(t, name, labels...); after <= before {
		t.Errorf("I15: %s%v was %g and is %g", name, labels, before, after)
	}
}
