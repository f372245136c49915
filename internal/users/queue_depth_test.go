package users_test

import (
	"maps"
	"testing"
	"time"
)

func TestQueueDepth_tellsWhatWaitsAndSinceWhen(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	empty, err := store.QueueDepth(t.Context(), noon)
	if err != nil || !empty.DueSince.IsZero() || len(empty.Jobs) != 4 {
		t.Errorf("empty: QueueDepth = %+v, %v", empty, err)
	}
	for _, job := range []struct {
		state       string
		scheduledAt time.Time
	}{
		{"available", noon.Add(-time.Minute)},
		{"available", noon.Add(-time.Second)},
		{"retryable", noon.Add(-2 * time.Minute)},
		{"scheduled", noon.Add(time.Hour)}, // Not yet due.
		{"running", noon.Add(-time.Hour)},  // On its way.
	} {
		exec(t, db, "INSERT INTO river_job (kind, args, max_attempts, state, scheduled_at) VALUES ('message', '{}', 5, $1::text::river_job_state, $2)",
			job.state, job.scheduledAt)
	}
	exec(t, db, `INSERT INTO river_job (kind, args, max_attempts, state, scheduled_at, finalized_at)
		VALUES ('message', '{}', 5, 'completed', $1, $1)`, noon.Add(-time.Hour))
	got, err := store.QueueDepth(t.Context(), noon)
	want := map[string]int64{"available": 2, "retryable": 1, "scheduled": 1, "running": 1}
	if err != nil || !maps.Equal(got.Jobs, want) || !got.DueSince.Equal(noon.Add(-2*time.Minute)) {
		t.Errorf("QueueDepth = %+v, %v, want %v since two minutes", got, err, want)
	}
}
