package metrics

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts for one running site. Its methods are safe for concurrent use,
// never block and never fail.
type Metrics struct {
	registry *prometheus.Registry

	requests       *prometheus.CounterVec
	requestTime    *prometheus.HistogramVec
	refusals       *prometheus.CounterVec
	rateLimited    *prometheus.CounterVec
	panics         prometheus.Counter
	logins         *prometheus.CounterVec
	assertionAge   prometheus.Histogram
	sessionEvents  *prometheus.CounterVec
	downloads      prometheus.Counter
	deletions      prometheus.Counter
	writeAccess    *prometheus.CounterVec
	updates        *prometheus.CounterVec
	messages       *prometheus.CounterVec
	apiAnswers     *prometheus.CounterVec
	apiTime        *prometheus.HistogramVec
	queryTime      *prometheus.HistogramVec
	acquireTime    prometheus.Histogram
	pool           *prometheus.GaugeVec
	queueJobs      *prometheus.GaugeVec
	queueOldest    prometheus.Gauge
	ready          prometheus.Gauge
	schemaVersion  prometheus.Gauge
	clockSkew      *prometheus.GaugeVec
	build          *prometheus.GaugeVec
	goAndProcesses []prometheus.Collector
}

// seconds are the upper bounds of all times that a visitor or the database may take.
var seconds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}

// ages are those of login links: the usual maximum age is 300, the ceiling 86400.
var ages = []float64{1, 5, 10, 30, 60, 120, 300, 600, 3600, 86400}

// New returns metrics that are all zero.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),

		requests:      counters("http_requests_total", "Requests, by route pattern.", "route", "method", "code"),
		requestTime:   histograms("http_request_duration_seconds", "Time to answer a request.", seconds, "route"),
		refusals:      counters("refusals_total", "Requests that were refused, by the reason that the log has.", "reason"),
		rateLimited:   counters("rate_limited_total", "Requests that were refused because their client asked too often.", "limit"),
		panics:        counter("panics_total", "Panics that were caught. Each one is a mistake in the program."),
		logins:        counters("logins_total", "What became of visits to the login address and of confirm pages.", "result", "reason"),
		assertionAge:  histogram("assertion_age_seconds", "Age of authentic login links when they arrive: whether LOGIN_MAX_AGE fits.", ages),
		sessionEvents: counters("session_events_total", "Sessions that began and ended.", "event"),
		downloads:     counter("downloads_total", "People who took their data along."),
		deletions:     counter("account_deletions_total", "Accounts that their owners deleted."),
		writeAccess:   counters("write_access_events_total", "What Telegram told about whether the bot may write.", "source", "state"),
		updates:       counters("updates_total", "Updates of the bot.", "result"),
		messages:      counters("messages_total", "What became of each try to send a message.", "class", "outcome"),
		apiAnswers:    counters("bot_api_answers_total", "Answers of the Bot API.", "method", "code"),
		apiTime:       histograms("bot_api_duration_seconds", "Time of a call of the Bot API, getUpdates left out.", seconds, "method"),
		queryTime:     histograms("db_query_duration_seconds", "Time of a query or batch, with the way to the database.", seconds, "result"),
		acquireTime:   histogram("db_acquire_duration_seconds", "Time that a query waits for a connection of the pool.", seconds),
		pool:          gauges("db_pool_connections", "Connections of the pool.", "state"),
		queueJobs:     gauges("queue_jobs", "Messages and answers that wait or are on their way.", "state"),
		queueOldest:   gauge("queue_oldest_seconds", "How long the oldest job waits that should have been sent by now."),
		ready:         gauge("ready", "1 while this copy wants visitors, else 0."),
		schemaVersion: gauge("schema_version", "The migration that the database is at."),
		clockSkew:     gauges("clock_skew_seconds", "How far this machine's clock is ahead.", "against"),
		build:         gauges("build_info", "Always 1; which program this is.", "version", "commit", "go"),
		goAndProcesses: []prometheus.Collector{
			collectors.NewGoCollector(),
			collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		},
	}
	m.registry.MustRegister(m.all()...)
	return m
}

func (m *Metrics) all() []prometheus.Collector {
	return append([]prometheus.Collector{
		m.requests, m.requestTime, m.refusals, m.rateLimited, m.panics, m.logins, m.assertionAge, m.sessionEvents,
		m.downloads, m.deletions, m.writeAccess, m.updates, m.messages, m.apiAnswers, m.apiTime, m.queryTime,
		m.acquireTime, m.pool, m.queueJobs, m.queueOldest, m.ready, m.schemaVersion, m.clockSkew, m.build,
	}, m.goAndProcesses...)
}

// scrapeTimeout bounds how long looking things up for one scrape may take.
const scrapeTimeout = time.Second

// Handler shows the metrics in Prometheus' text format. Before each scrape it
// calls look, which sets what has to be asked for; what cannot be learnt in a
// second keeps its last value.
func (m *Metrics) Handler(look func(context.Context)) http.Handler {
	show := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), scrapeTimeout)
		defer cancel()
		look(ctx)
		show.ServeHTTP(w, r)
	})
}

const prefix = "tgl_"

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: prefix + name, Help: help})
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: prefix + name, Help: help}, labels)
}

func gauge(name, help string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{Name: prefix + name, Help: help})
}

func gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: prefix + name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: prefix + name, Help: help, Buckets: buckets})
}

func histograms(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: prefix + name, Help: help, Buckets: buckets}, labels)
}
