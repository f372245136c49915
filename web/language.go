package web

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

// Language is one that the pages are written in.
type Language struct {
	Code string // As in the file's name in messages/, and in the attribute lang.
	Name string // In the language itself: whoever looks for it can read it.
	Dir  string // The direction of its script: "ltr" or "rtl".
}

// Languages lists them all; the first is the one for everybody whose own is not
// among them.
func Languages() []Language {
	return []Language{
		{Code: "en", Name: "English", Dir: "ltr"},
		{Code: "ru", Name: "Русский", Dir: "ltr"},
		{Code: "fa", Name: "فارسی", Dir: "rtl"},
	}
}

// LanguageOf returns the language with this code, or false.
func LanguageOf(code string) (Language, bool) {
	for _, l := range Languages() {
		if l.Code == code {
			return l, true
		}
	}
	return Language{}, false
}

// longestAcceptLanguage is more than any browser sends, in bytes.
const longestAcceptLanguage = 512

// PreferredLanguage returns the language that an Accept-Language header asks for
// most (RFC 9110, section 12.5.4). Regions and scripts do not matter, and nobody
// is given a neighbour's language: who reads Ukrainian is not taken for a reader
// of Russian.
func PreferredLanguage(acceptLanguage string) Language {
	if len(acceptLanguage) > longestAcceptLanguage {
		return Languages()[0]
	}
	// Nearly every browser names its own language first, without a weight.
	first, _, _ := strings.Cut(acceptLanguage, ",")
	base, _, _ := strings.Cut(first, "-")
	if l, ok := LanguageOf(base); ok && !strings.Contains(first, ";") {
		return l
	}
	wanted, weights, _ := language.ParseAcceptLanguage(acceptLanguage) // None, if it cannot be read.
	for i, tag := range wanted {                                       // Sorted by their weight.
		base, _ := tag.Base()
		if l, ok := LanguageOf(base.String()); ok && weights[i] > 0 {
			return l
		}
	}
	return Languages()[0]
}

func tagOf(l Language) (language.Tag, error) {
	tag, err := language.Parse(l.Code)
	if err != nil {
		return language.Und, fmt.Errorf("language %s: %w", l.Code, err)
	}
	return tag, nil
}
