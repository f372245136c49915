package web_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"example.com/telegram-login/web"
)

// The dates of testdata/dates.json were written by ICU (Intl.DateTimeFormat for
// en-GB, ru, and fa with the Persian calendar), which browsers use.
func TestDay_isWrittenAsBrowsersWriteIt(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("testdata/dates.json")
	if err != nil {
		t.Fatal(err)
	}
	var dates []struct {
		At         time.Time
		En, Ru, Fa string
	}
	if err := json.Unmarshal(content, &dates); err != nil || len(dates) < 200 {
		t.Fatalf("%d dates, %v", len(dates), err)
	}
	for _, date := range dates {
		for code, want := range map[string]string{"en": date.En, "ru": date.Ru, "fa": date.Fa} {
			want = `<time datetime="` + date.At.Format(time.RFC3339) + `">` + want + `</time>`
			if got, err := web.Day(code, date.At); err != nil || got != want {
				t.Errorf("%s: %s, %v, want %s", code, got, err, want)
			}
		}
	}
}

func TestMoment_isInUTC(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.January, 2, 3, 4, 5, 0, time.FixedZone("", 2*3600))
	for code, want := range map[string]string{
		"en": `<time datetime="2026-01-02T01:04:05Z">2 January 2026, 01:04 UTC</time>`,
		"ru": `<time datetime="2026-01-02T01:04:05Z">2 января 2026 г., 01:04 UTC</time>`,
		"fa": `<time datetime="2026-01-02T01:04:05Z">۱۲ دی ۱۴۰۴، ساعت ۰۱:۰۴ UTC</time>`,
	} {
		if got, err := web.Moment(code, at); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", code, got, err, want)
		}
	}
}

func TestAgo_saysHowLongAndADateWhenThatIsLong(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)
	for passed, want := range map[time.Duration]string{
		-time.Hour:                      "just now", // A clock that is ahead.
		59 * time.Second:                "just now",
		time.Minute:                     "1 minute ago",
		59*time.Minute + 59*time.Second: "59 minutes ago",
		time.Hour:                       "1 hour ago",
		24*time.Hour - time.Second:      "23 hours ago",
		24 * time.Hour:                  "1 day ago",
		7*24*time.Hour - time.Second:    "6 days ago",
		7 * 24 * time.Hour:              "17 November 2026",
		300 * 24 * time.Hour:            "28 January 2026",
	} {
		at := now.Add(-passed)
		want = `<time datetime="` + at.Format(time.RFC3339) + `">` + want + `</time>`
		if got, err := web.Ago("en", now, at); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", passed, got, err, want)
		}
	}
}

func TestPeriod_isInTheLargestUnitThatFits(t *testing.T) {
	t.Parallel()
	for period, want := range map[time.Duration]string{
		720 * time.Hour: "30 days", 48 * time.Hour: "2 days", 36 * time.Hour: "36 hours", 24 * time.Hour: "24 hours",
		time.Hour: "1 hour", 90 * time.Minute: "90 minutes", 10 * time.Minute: "10 minutes",
	} {
		if got, err := web.Period("en", period); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", period, got, err, want)
		}
	}
}
