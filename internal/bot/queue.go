package bot

import (
	"context"
	cryptorand "crypto/rand"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"example.com/telegram-login/internal/metrics"
	"example.com/telegram-login/internal/users"
)

const (
	// queueName is where all that leaves for Telegram waits.
	queueName = "telegram"
	// workers bounds how many messages are on their way at a time.
	workers = 16
	// maxTries bounds how often a message is tried: with the pauses between them
	// about half an hour.
	maxTries = 35
	// maxBlindTries bounds how often a message is tried that may have arrived each
	// time: no answer came at all.
	maxBlindTries = 4
	// queuePause is how soon a job that another copy of the site queued is seen.
	queuePause = 250 * time.Millisecond
)

// answerArgs is the job of answering to what somebody wrote. It holds no text:
// that is made when it is sent.
type answerArgs struct {
	Answer answerKind `json:"answer"`
	// TelegramID is by what the job is found when the person's account is deleted.
	TelegramID int64  `json:"telegram_id"`
	ChatID     int64  `json:"chat_id"`
	Addressee  string `json:"addressee,omitempty"` // Of a command in a group.
	ThreadID   int    `json:"thread_id,omitempty"`
	State      string `json:"state,omitempty"` // Of the login attempt (R7).
}

// Kind names the job.
func (answerArgs) Kind() string { return users.AnswerJob }

// InsertOpts gives it no key: the update that asks for the answer is acted on
// once. Nor has it precedence: whoever writes much must not hold up notices of
// sign-ins.
func (answerArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueName, MaxAttempts: maxTries}
}

// messageArgs is the job of sending a message that stands in the database.
type messageArgs struct {
	MessageID  int64 `json:"message_id"`
	TelegramID int64 `json:"telegram_id"` // As in answerArgs.
}

// Kind names the job.
func (messageArgs) Kind() string { return "message" }

// InsertOpts makes the message's id the key: one message is one job.
func (messageArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		Queue: queueName, MaxAttempts: maxTries,
		UniqueOpts: river.UniqueOpts{ByArgs: true},
	}
}

// newQueue prepares the queue. It does not use LISTEN, which poolers do not let
// through.
func newQueue(b *Bot) (*river.Client[pgx.Tx], error) {
	workerOf := river.NewWorkers()
	river.AddWorker(workerOf, &answerWorker{bot: b})
	river.AddWorker(workerOf, &messageWorker{bot: b})
	return river.NewClient(riverpgxv5.New(b.cfg.Queue), &river.Config{
		Queues: map[string]river.QueueConfig{queueName: {MaxWorkers: workers}},
		// The usual one names the machine, and a job's row is a part of what its person
		// can download.
		ID:                cryptorand.Text(),
		Workers:           workerOf,
		PollOnly:          true,
		ErrorHandler:      panicCounter{b.cfg.Metrics},
		FetchPollInterval: queuePause,
		RetryPolicy:       backoff{},
		// A job's own queries take part of this.
		JobTimeout: 2 * b.cfg.SendTimeout,
		// What a copy of the site was doing when it was killed: late enough that it
		// is surely not alive any more.
		RescueStuckJobsAfter:        6 * b.cfg.SendTimeout,
		SoftStopTimeout:             2 * b.cfg.SendTimeout,
		CompletedJobRetentionPeriod: time.Hour, // The jobs name people.
		CancelledJobRetentionPeriod: time.Hour,
		DiscardedJobRetentionPeriod: 24 * time.Hour,
		Logger:                      slog.New(quietQueue{b.cfg.Log.Handler()}),
	})
}

// panicCounter counts the jobs that panic. The queue catches and logs them, and tries
// them again.
type panicCounter struct{ counts *metrics.Metrics }

// HandleError leaves errors to the queue.
func (panicCounter) HandleError(context.Context, *rivertype.JobRow, error) *river.ErrorHandlerResult {
	return nil
}

// HandlePanic counts a panic.
func (p panicCounter) HandlePanic(context.Context, *rivertype.JobRow, any, string) *river.ErrorHandlerResult {
	p.counts.Panic()
	return nil
}

// quietQueue lets the queue report what is wrong with itself, and not each job
// that has to be tried again.
type quietQueue struct{ slog.Handler }

// Enabled takes errors only.
func (quietQueue) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }

// WithAttrs keeps it quiet.
func (q quietQueue) WithAttrs(attrs []slog.Attr) slog.Handler {
	return quietQueue{q.Handler.WithAttrs(attrs)}
}

// WithGroup keeps it quiet.
func (q quietQueue) WithGroup(name string) slog.Handler { return quietQueue{q.Handler.WithGroup(name)} }

// backoff doubles the pause with each try, up to a minute, and adds some chance
// so that what failed together does not come back together.
type backoff struct{}

// NextRetry says when a job that failed is tried again.
func (backoff) NextRetry(job *rivertype.JobRow) time.Time {
	pause := min(time.Second<<min(len(job.Errors), 6), time.Minute)
	return time.Now().Add(pause/2 + rand.N(pause)) //nolint:forbidigo,gosec // The queue runs by the machine's clock; jitter is no secret.
}

// Send works off the queue until ctx ends: it turns fresh activity into
// messages, and sends these and the answers. What is on its way then is
// finished first.
func (b *Bot) Send(ctx context.Context) {
	started := false
	b.insist(ctx, "queue of messages not started", func(ctx context.Context) error {
		err := b.queue.Start(ctx)
		started = err == nil
		return err
	})
	for ctx.Err() == nil {
		b.queueFreshActivity(ctx)
		wait(ctx, 2*queuePause)
	}
	if started {
		<-b.queue.Stopped()
	}
}

// freshBatch bounds how many sign-ins are looked at in one transaction.
const freshBatch = 100

func (b *Bot) queueFreshActivity(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := b.cfg.Users.QueueFreshActivity(ctx, freshBatch, b.enqueue)
		if err != nil {
			b.logQueueError(ctx, err)
		}
		if n < freshBatch {
			return
		}
	}
}

// maxWaitingAnswers bounds what somebody can make us do who writes faster than
// the bot may answer, in however many chats.
const maxWaitingAnswers = 3

// queueAnswer puts an answer into the queue, with what the update changes.
func (b *Bot) queueAnswer(ctx context.Context, tx pgx.Tx, asked answerArgs) error {
	waiting, err := b.cfg.Users.WaitingAnswers(ctx, tx, asked.ChatID, asked.TelegramID)
	if err != nil || waiting >= maxWaitingAnswers {
		return err
	}
	if _, err := b.queue.InsertTx(ctx, tx, asked, nil); err != nil {
		return fmt.Errorf("queue answer: %w", err)
	}
	return nil
}

// enqueue is a [users.Enqueue].
func (b *Bot) enqueue(ctx context.Context, tx pgx.Tx, messages []users.QueuedMessage) error {
	jobs := make([]river.InsertManyParams, 0, len(messages))
	for _, m := range messages {
		jobs = append(jobs, river.InsertManyParams{Args: messageArgs{MessageID: m.ID, TelegramID: m.TelegramID}})
	}
	_, err := b.queue.InsertManyTx(ctx, tx, jobs)
	return err
}
