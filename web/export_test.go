package web

import (
	"html/template"
	"slices"
	"time"
)

// Text is a message as pages show it.
func Text(code, key string, blanks ...any) (string, error) {
	return in(code, func(t *texts) (template.HTML, error) { return t.text(key, blanks...) })
}

// Keys are those of all messages.
func Keys() ([]string, error) {
	all, err := readTexts()
	if err != nil {
		return nil, err
	}
	var keys []string
	for key := range all[Languages()[0].Code].keys {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys, nil
}

// Day, Moment, Ago and Period are what templates call.
func Day(code string, at time.Time) (string, error) {
	return in(code, func(t *texts) (template.HTML, error) { return t.day(at) })
}

// Moment is a date and a time of day.
func Moment(code string, at time.Time) (string, error) {
	return in(code, func(t *texts) (template.HTML, error) { return t.moment(at) })
}

// Ago is a time before now.
func Ago(code string, now, at time.Time) (string, error) {
	return in(code, func(t *texts) (template.HTML, error) { return t.ago(now, at) })
}

// Period is a length of time.
func Period(code string, d time.Duration) (string, error) {
	return in(code, func(t *texts) (template.HTML, error) { return t.period(d) })
}

func in(code string, write func(*texts) (template.HTML, error)) (string, error) {
	all, err := readTexts()
	if err != nil {
		return "", err
	}
	text, err := write(all[code])
	return string(text), err
}
