package web

import (
	"fmt"
	"html/template"
	"strconv"
	"time"

	"github.com/jalaali/go-jalaali"
)

// Times are shown in UTC: without a script nobody knows the visitor's zone.

// day is a date: "24 November 2026", in the calendar of the language.
func (t *texts) day(at time.Time) (template.HTML, error) {
	text, err := t.dayText(at)
	return timeElement(at, text), err
}

// moment is a date and a time of day.
func (t *texts) moment(at time.Time) (template.HTML, error) {
	text, err := t.momentText(at)
	return timeElement(at, text), err
}

// clock is a time of day, to the second.
func (t *texts) clock(at time.Time) template.HTML {
	at = at.UTC()
	text := t.localDigits(at.Format(time.TimeOnly)) + " UTC"
	return timeElement(at, template.HTML(text)) //nolint:gosec // Digits.
}

// recentTime is how far back "days ago" says more than a date.
const recentTime = 7 * 24 * time.Hour

func recent(now, at time.Time) bool { return now.Sub(at) < recentTime }

// ago is how long before now something was; a date when that was long ago.
func (t *texts) ago(now, at time.Time) (template.HTML, error) {
	var text template.HTML
	var err error
	switch passed := now.Sub(at); {
	case passed < time.Minute: // Or ahead: two copies of the site differ by a little.
		text, err = t.text("time.just_now")
	case passed < time.Hour:
		text, err = t.text("time.minutes_ago", "Count", int(passed/time.Minute))
	case passed < 24*time.Hour:
		text, err = t.text("time.hours_ago", "Count", int(passed/time.Hour))
	case passed < recentTime:
		text, err = t.text("time.days_ago", "Count", int(passed/(24*time.Hour)))
	default:
		return t.day(at)
	}
	return timeElement(at, text), err
}

// period is a length of time in words: "30 days".
func (t *texts) period(d time.Duration) (template.HTML, error) {
	switch {
	case d >= 48*time.Hour && d%(24*time.Hour) == 0:
		return t.text("time.days", "Count", int(d/(24*time.Hour)))
	case d >= time.Hour && d%time.Hour == 0:
		return t.text("time.hours", "Count", int(d/time.Hour))
	}
	return t.text("time.minutes", "Count", int(d/time.Minute))
}

func (t *texts) dayText(at time.Time) (template.HTML, error) {
	year, month, day, err := t.calendar(at)
	if err != nil {
		return "", err
	}
	name, err := t.text(join("month", "m"+strconv.Itoa(month)))
	if err != nil {
		return "", err
	}
	return t.text("time.day", "Day", day, "Month", name, "Year", year)
}

func (t *texts) momentText(at time.Time) (template.HTML, error) {
	day, err := t.dayText(at)
	if err != nil {
		return "", err
	}
	return t.text("time.moment", "Day", day, "Time", t.localDigits(at.UTC().Format("15:04")))
}

// calendar returns a date in the calendar that readers of the language live by.
func (t *texts) calendar(at time.Time) (year, month, day int, err error) {
	gregorianYear, gregorianMonth, day := at.UTC().Date()
	if t.language.Code != "fa" {
		return gregorianYear, int(gregorianMonth), day, nil
	}
	year, persianMonth, day, err := jalaali.ToJalaali(gregorianYear, gregorianMonth, day)
	if err != nil {
		return 0, 0, 0, fmt.Errorf("date in the Persian calendar: %w", err)
	}
	return year, int(persianMonth), day, nil
}

// timeElement carries the exact moment for programs, and for whoever asks their
// browser.
func timeElement(at time.Time, text template.HTML) template.HTML {
	exact := at.UTC().Format(time.RFC3339)
	return template.HTML(`<time datetime="` + exact + `">` + string(text) + `</time>`) //nolint:gosec // Text comes escaped.
}
