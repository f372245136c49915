package site

import (
	"testing"
	"time"
)

// BenchmarkRender is a page for somebody who is signed in: beside the query, most of
// what it costs.
func BenchmarkRender(b *testing.B) {
	s := specimenSite(b)
	data := accountPage{
		Page:       account(),
		Profile:    specimenProfile,
		TelegramID: 4711,
		ProfileAt:  before(time.Minute), CreatedAt: before(time.Hour), Since: before(time.Minute),
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.pages.Render("en", "account", data); err != nil {
			b.Fatal(err)
		}
	}
}
