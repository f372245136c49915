package auth_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"example.com/telegram-login/internal/auth"
)

// Whatever arrives, what is accepted is signed: the fuzzer does not have the
// token, so that everything it gets accepted must carry a field map that the
// reference signs with the very hash that was presented.
func FuzzVerify_nothingThatWasNotSignedIsAccepted(f *testing.F) {
	for _, v := range readVectors(f) {
		f.Add(v.Query)
	}
	verifier := newVerifier(f)
	f.Fuzz(func(t *testing.T, query string) {
		a, err := verifier.Verify(query, noon)
		if err != nil {
			if verdict, text := verdictOf(err); verdict == "unknown error" {
				t.Fatalf("an error that no page stands for: %s", text)
			}
			_ = verifier.Diagnose(query)
			return
		}
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatalf("accepted what cannot be parsed: %v", err)
		}
		known, all := map[string]string{}, map[string]string{}
		for key, given := range values {
			if len(given) != 1 {
				t.Fatalf("accepted %q %d times", key, len(given))
			}
			switch key {
			case "id", "first_name", "last_name", "username", "photo_url", "auth_date":
				known[key], all[key] = given[0], given[0]
			case "hash", "next", "state", "lang":
			default:
				all[key] = given[0]
			}
		}
		hash := strings.ToLower(values.Get("hash"))
		if hash != referenceHash(testToken, known) && hash != referenceHash(testToken, all) {
			t.Fatalf("accepted a query that nobody signed: %q", query)
		}
		if strconv.FormatInt(a.Identity.TelegramID, 10) != values.Get("id") {
			t.Fatalf("signed for %s, accepted as %d", values.Get("id"), a.Identity.TelegramID)
		}
	})
}

// What Telegram could sign for anybody is accepted as exactly that, or refused
// for its form.
func FuzzVerify_acceptedMeansExactlyTheIssuersFields(f *testing.F) {
	f.Add(int64(42), "Anna", "Ivanova", "anna", "https://t.me/i/userpic/320/a.jpg")
	f.Add(int64(1), "A\nid=42", "", "", "")
	f.Add(int64(1<<52), "<b>&amp;", "\u202eabc", "a=b", "x")
	f.Add(int64(7), strings.Repeat("🇸🇴", 32), "\x00", "\xff", "")
	for i, name := range []string{
		" ", "\u3164", "\u2800", "\u200b\ufe0f", "\u202e", "\u2066Anna\u2069", "A\u0337\u0321", "\u00ad", "\U000e0041", "می\u200cخواهم", "👨\u200d👩\u200d👧",
		"id=42", "&id=42", "%0aid=42", "A\u2028B", "\x7f", "\u0085", strings.Repeat("a", 256), strings.Repeat("a", 257), "<script>",
	} {
		f.Add(int64(i), name, name, "", "")
	}
	verifier := newVerifier(f)
	f.Fuzz(func(t *testing.T, id int64, firstName, lastName, username, photoURL string) {
		fields := map[string]string{"id": strconv.FormatInt(id, 10), "auth_date": "1700000000"}
		sound := id >= 1 && id <= 1<<52
		for name, value := range map[string]string{
			"first_name": firstName, "last_name": lastName, "username": username, "photo_url": photoURL,
		} {
			if value == "" {
				continue
			}
			fields[name] = value
			limit := 256
			if name == "photo_url" {
				limit = 512
			}
			sound = sound && utf8.ValidString(value) && len(value) <= limit && !strings.ContainsFunc(value, unicode.IsControl)
		}
		query := issue(testToken, fields)
		a, err := verifier.Verify(query, noon)
		if sound != (err == nil) && len(query) <= 4096 {
			t.Fatalf("sound = %t, Verify = %v", sound, err)
		}
		if err != nil {
			return
		}
		p := a.Identity.Profile
		if a.Identity.TelegramID != id || p.FirstName != firstName || p.LastName != lastName ||
			p.Username != username || p.PhotoURL != photoURL {
			t.Fatalf("identity = %+v", a.Identity)
		}
		// The confirm page has only this to say whom the link signs in (R7, T15).
		if name := a.Identity.Name(); strings.TrimSpace(name) == "" || strings.ContainsFunc(name, isDirection) {
			t.Fatalf("called %q", name)
		}
	})
}

func isDirection(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }

func FuzzVerifyText_neverPanicsAndTrustsNothing(f *testing.F) {
	verifier := newVerifier(f)
	a, err := verifier.Verify(issue(testToken, anna()), noon)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(a.Text())
	for _, text := range []string{
		"", "\n", "=", "id=1\nhash=", a.Text() + "\n", "\n" + a.Text(), a.Text() + "\nid=43", "id=43\n" + a.Text(), a.Text() + "\nnext=/", a.Text() + "\nx=",
		strings.Replace(a.Text(), "id=", "id=4", 1), strings.Replace(a.Text(), "first_name=", "first_name=X", 1), strings.ReplaceAll(a.Text(), "\n", "\r\n"),
		strings.ReplaceAll(a.Text(), "\n", "&"), strings.ToUpper(a.Text()), a.Text()[1:], a.Text()[:len(a.Text())-1], a.Text() + "0", a.Text() + "\x00", a.Text() + a.Text(),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := verifier.VerifyText(text, noon)
		if err == nil && got.Identity != a.Identity {
			t.Fatalf("accepted %+v, which was never signed", got.Identity)
		}
	})
}

// A path that is let through leads to this site when a browser resolves it.
func FuzzLocalPath_staysOnThisSite(f *testing.F) {
	for _, next := range append(foreignPaths, localPaths...) {
		f.Add(next)
	}
	base := &url.URL{Scheme: "https", Host: "site.example"}
	f.Fuzz(func(t *testing.T, next string) {
		path, ok := auth.LocalPath(next)
		if !ok {
			return
		}
		if again, ok := auth.LocalPath(path); !ok || again != path {
			t.Fatalf("LocalPath(%q) = %q, and of that %q, %t", next, path, again, ok)
		}
		u, err := base.Parse(path)
		if err != nil || u.Scheme != "https" || u.Host != "site.example" || u.User != nil {
			t.Fatalf("LocalPath(%q) = %q, which leads to %v", next, path, u)
		}
		// What the browser asks for, dots resolved, is neither of the two.
		for _, trap := range []string{"/login", "/logout"} {
			if u.Path == trap || strings.HasPrefix(u.Path, trap+"/") {
				t.Fatalf("LocalPath(%q) = %q, which leads to %s", next, path, u.Path)
			}
		}
		if strings.ContainsAny(path, "\\\t\r\n ") || strings.HasPrefix(path, "//") || !strings.HasPrefix(path, "/") {
			t.Fatalf("LocalPath(%q) = %q, which a browser may read otherwise", next, path)
		}
	})
}
