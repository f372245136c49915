package site_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

// observatoryScore is the arithmetic of the MDN HTTP Observatory: from 100, each of
// its twelve rules takes or gives. Extra points count only from 90 on.
//
// Source: https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring
func observatoryScore(h http.Header, body string) (score int, byRule map[string]int) {
	byRule = map[string]int{
		"content security policy":   cspPoints(h.Get("Content-Security-Policy")),
		"cookies":                   cookiePoints(h),
		"CORS":                      points(h.Get("Access-Control-Allow-Origin") == "", 0, -50),
		"redirection to https":      0, // The site speaks https only; the proxy before it redirects.
		"referrer policy":           points(slices.Contains([]string{"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}, h.Get("Referrer-Policy")), 5, -5),
		"strict transport security": hstsPoints(h.Get("Strict-Transport-Security")),
		"subresource integrity":     points(!strings.Contains(body, "<script"), 0, -5),
		"content type options":      points(h.Get("X-Content-Type-Options") == "nosniff", 0, -5),
		"framing":                   points(strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'"), 5, -20),
		"resource policy":           points(h.Get("Cross-Origin-Resource-Policy") == "same-origin", 10, 0),
		"opener policy":             points(h.Get("Cross-Origin-Opener-Policy") == "same-origin", 10, 0),
		"embedder policy":           points(h.Get("Cross-Origin-Embedder-Policy") == "require-corp", 10, 0),
	}
	score = 100
	extra := 0
	for _, n := range byRule {
		score += min(n, 0)
		extra += max(n, 0)
	}
	if score >= 90 {
		score += extra
	}
	return score, byRule
}

func points(ok bool, yes, no int) int {
	if ok {
		return yes
	}
	return no
}

func cspPoints(policy string) int {
	switch {
	case policy == "":
		return -25
	case strings.Contains(policy, "unsafe-"):
		return -20
	case strings.Contains(policy, "default-src 'none'"):
		return 10
	}
	return 5
}

func cookiePoints(h http.Header) int {
	cookies := (&http.Response{Header: h}).Cookies()
	for _, c := range cookies {
		switch {
		case !c.Secure:
			return -40
		case !c.HttpOnly:
			return -30
		case c.SameSite == http.SameSiteDefaultMode:
			return 0
		}
	}
	return points(len(cookies) > 0, 5, 0)
}

func hstsPoints(header string) int {
	const sixMonths = 15768000 // In seconds, as the Observatory counts.
	age, _, _ := strings.Cut(strings.TrimPrefix(header, "max-age="), ";")
	seconds, err := strconv.Atoi(age)
	switch {
	case err != nil:
		return -20
	case seconds < sixMonths:
		return -10
	}
	return 0
}

func TestEveryAnswer_scoresAtLeast140AtTheObservatory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onHTTPS)
	lowest, highest := 1000, 0
	for name, test := range everyAnswer {
		got := w.newBrowser().send(test.method, test.path, test.header, nil)
		score, byRule := observatoryScore(got.Header, got.body)
		if score < 140 {
			t.Errorf("%s: %d by %v", name, score, byRule)
		}
		lowest, highest = min(lowest, score), max(highest, score)
	}
	t.Logf("%d answers score from %d (no cookie is set: 5 points less) to %d; 5 more would need the browsers' HSTS list", len(everyAnswer), lowest, highest)
}

func TestEveryAnswer_namesEachRoute(t *testing.T) {
	t.Parallel()
	engine, ok := newWorld(t).handler.(*gin.Engine)
	if !ok {
		t.Fatal("the handler is no gin engine")
	}
	asked := make(map[string]bool)
	for _, test := range everyAnswer {
		path, _, _ := strings.Cut(test.path, "?")
		asked[test.method+" "+path] = true
	}
	for _, route := range engine.Routes() {
		path := strings.ReplaceAll(route.Path, ":file", "nothing.css")
		if route.Method != http.MethodHead && !asked[route.Method+" "+path] {
			t.Errorf("no answer of %s %s", route.Method, route.Path)
		}
	}
}

func TestObservatory_takesPointsForEachRule(t *testing.T) {
	t.Parallel()
	if score, byRule := observatoryScore(http.Header{"Set-Cookie": {"a=b"}, "Access-Control-Allow-Origin": {"*"}}, "<script src=x>"); score != 100-25-40-50-5-20-5-5-20 {
		t.Errorf("%d by %v", score, byRule)
	}
}
