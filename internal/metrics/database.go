package metrics

import "time"

// Query notes how long a query or a batch of them took, and whether it failed. A
// row that is not there is no failure.
func (m *Metrics) Query(took time.Duration, failed bool) {
	result := "ok"
	if failed {
		result = "failed"
	}
	m.queryTime.WithLabelValues(result).Observe(took.Seconds())
}

// Acquire notes how long a query waited for a connection.
func (m *Metrics) Acquire(took time.Duration) { m.acquireTime.Observe(took.Seconds()) }

// Pool sets how many connections are at work, wait for work, and may be.
func (m *Metrics) Pool(inUse, idle, most int32) {
	m.pool.WithLabelValues("in_use").Set(float64(inUse))
	m.pool.WithLabelValues("idle").Set(float64(idle))
	m.pool.WithLabelValues("max").Set(float64(most))
}

// Queue sets how many jobs there are in each state, and how long the oldest waits
// that should have been sent by now.
func (m *Metrics) Queue(jobs map[string]int64, oldest time.Duration) {
	for state, n := range jobs {
		m.queueJobs.WithLabelValues(state).Set(float64(n))
	}
	m.queueOldest.Set(max(oldest, 0).Seconds())
}
