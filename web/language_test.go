package web_test

import (
	"strings"
	"testing"

	"example.com/telegram-login/web"
)

func TestPreferredLanguage_isWhatTheVisitorReads(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"":                                   "en",
		"*":                                  "en",
		"en-GB,en;q=0.9":                     "en",
		"ru":                                 "ru",
		"ru-RU,ru;q=0.9,en-US;q=0.8":         "ru",
		"fa-IR,fa;q=0.9,en;q=0.8":            "fa",
		"fa-AF":                              "fa",
		"en;q=0.1, fa;q=0.9":                 "fa",
		"ru;q=0, en":                         "en",
		"de-DE,de;q=0.9,ru;q=0.8,en;q=0.7":   "ru", // No German, so what comes next.
		"de":                                 "en",
		"uk-UA,uk;q=0.9":                     "en", // Ukrainian is not Russian.
		"ar":                                 "en", // The same letters are not the same language.
		"tg-TJ":                              "en",
		"not a header;;;":                    "en",
		"ru" + strings.Repeat(", de", 10000): "en",
	} {
		if got := web.PreferredLanguage(header); got.Code != want {
			t.Errorf("%.40q: %s, want %s", header, got.Code, want)
		}
	}
}

func FuzzPreferredLanguage_isAlwaysOneOfOurs(f *testing.F) {
	for _, header := range []string{
		"", "ru", "fa-IR,fa;q=0.9", "x-klingon", "en;q=nan", "zh-Hant-TW-x-a;q=1", "*", ",", ";", ";q=1", "en;q=", "en;q=-1", "en;q=1e9", "en_US", "EN-us",
		"ru;q=0,fa;q=0", "i-default", "sgn-BE-FR", "en-a-bbb-x-a-ccc", "\x00", "ru\xff", "fa\u200c", strings.Repeat("de,", 100) + "ru",
	} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if got := web.PreferredLanguage(header); got.Name == "" {
			t.Errorf("%q: %v", header, got)
		}
	})
}

func TestLanguageOf_knowsOurCodesOnly(t *testing.T) {
	t.Parallel()
	if l, ok := web.LanguageOf("fa"); !ok || l.Dir != "rtl" {
		t.Errorf("fa: %v, %t", l, ok)
	}
	for _, code := range []string{"", "FA", "fa ", "de", "../en"} {
		if l, ok := web.LanguageOf(code); ok {
			t.Errorf("%q is %v", code, l)
		}
	}
}
