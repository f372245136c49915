package metrics

import "time"

// UpdateResult says what became of an update of the bot.
type UpdateResult string

// The results.
const (
	UpdateApplied  UpdateResult = "applied"
	UpdateRepeated UpdateResult = "repeated" // It had been acted on before.
	UpdateRefused  UpdateResult = "refused"  // It is no update.
	UpdateFailed   UpdateResult = "failed"   // It comes again.
)

// Update counts an update of the bot.
func (m *Metrics) Update(result UpdateResult) { m.updates.WithLabelValues(string(result)).Inc() }

// WriteAccess counts what Telegram told about whether the bot may write. Source
// and state are words of package users.
func (m *Metrics) WriteAccess(source, state string) {
	m.writeAccess.WithLabelValues(source, state).Inc()
}

// Message counts what became of one try to send a message. Class and outcome are
// words of package bot.
func (m *Metrics) Message(class, outcome string) { m.messages.WithLabelValues(class, outcome).Inc() }

// APIAnswer counts an answer of the Bot API. Method and code are words of package
// bot, since what answers there may be anybody's proxy.
func (m *Metrics) APIAnswer(method, code string) { m.apiAnswers.WithLabelValues(method, code).Inc() }

// APICall notes how long a call of the Bot API took.
func (m *Metrics) APICall(method string, took time.Duration) {
	m.apiTime.WithLabelValues(method).Observe(took.Seconds())
}
