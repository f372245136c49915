package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"example.com/telegram-login/internal/app"
)

// Somebody at the doctor's own address has guessed too often: the doctor says that
// it cannot know, instead of blaming a setting.
func TestDoctor_saysWhenTheSiteAnswersNoMoreTries(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	p.serve()
	site := p.settings["PUBLIC_URL"]
	p.behindProxy(func(r *http.Request) {
		for isTry(r) && guess(t, r.Method, site+r.URL.Path+"?id=1") != http.StatusTooManyRequests {
		}
	})
	// A bucket gets its next token at any moment, if seldom.
	for range 5 {
		checks, _ := p.examine()
		blocked := slices.DeleteFunc(checks, func(c app.Check) bool {
			return c.Status != app.StatusNotChecked || !strings.Contains(c.Text, "too many failures")
		})
		if len(blocked) == 2 && blocked[0].Name == "login" && blocked[1].Name == "webhook_secret" {
			return
		}
		t.Logf("%+v", blocked)
	}
	t.Error("login and webhook were judged all the same")
}

// isTry reports whether the site may refuse it for the limits' sake.
func isTry(r *http.Request) bool {
	secret := r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
	return strings.HasPrefix(r.URL.Path, "/login/") || secret != "" && secret != patientSecret
}

// guess tries something that the site refuses, and returns the status.
func guess(t *testing.T, method, address string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
	if err != nil {
		t.Error(err)
		return http.StatusTooManyRequests
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Error(err)
		return http.StatusTooManyRequests
	}
	response.Body.Close()
	return response.StatusCode
}
