package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"

	"example.com/telegram-login/web"
)

var (
	literalKey  = regexp.MustCompile(`\b(?:t|\.text\(|template "logout") ?\(?"([\w.]+)"`)
	composedKey = regexp.MustCompile(`\bjoin[ (]((?:(?:"[\w.]+"|[$.\w]+(?:\(\w+\))?|\+)[, ]*)+)\)`)
	keyPart     = regexp.MustCompile(`"([\w.]+)"(\+?)|[$.\w]+(\([^)]*\))?`)
)

// usedKeys reads templates and code for the keys of messages. Where a part of a
// key is a word of a closed set, any word will do.
func usedKeys(t *testing.T) []*regexp.Regexp {
	t.Helper()
	var used []*regexp.Regexp
	templates, err := filepath.Glob("templates/*/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(templates, "times.go") {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range literalKey.FindAllStringSubmatch(string(content), -1) {
			used = append(used, regexp.MustCompile("^"+regexp.QuoteMeta(found[1])+"$"))
		}
		for _, found := range composedKey.FindAllStringSubmatch(string(content), -1) {
			var parts []string
			for _, part := range keyPart.FindAllStringSubmatch(found[1], -1) {
				switch {
				case part[1] == "" && len(parts) > 0 && strings.HasSuffix(parts[len(parts)-1], `\w*`):
				case part[1] == "":
					parts = append(parts, `\w+`)
				case part[2] == "+":
					parts = append(parts, part[1]+`\w*`)
				default:
					parts = append(parts, regexp.QuoteMeta(part[1]))
				}
			}
			used = append(used, regexp.MustCompile("^"+strings.Join(parts, `\.`)+"$"))
		}
	}
	return used
}

func TestMessages_eachIsUsedAndNoneIsMissing(t *testing.T) {
	t.Parallel()
	keys, err := web.Keys()
	if err != nil {
		t.Fatal(err)
	}
	used := usedKeys(t)
	if len(used) < 100 {
		t.Fatalf("only %d uses found", len(used))
	}
	for _, pattern := range used {
		if !slices.ContainsFunc(keys, pattern.MatchString) {
			t.Errorf("no message %s", pattern)
		}
	}
	for _, key := range keys {
		if !slices.ContainsFunc(used, func(p *regexp.Regexp) bool { return p.MatchString(key) }) {
			t.Errorf("message %s is not used", key)
		}
	}
}

// messagesOf reads a message file without our code.
func messagesOf(t *testing.T, code string) map[string]*i18n.Message {
	t.Helper()
	content, err := os.ReadFile("messages/" + code + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	file, err := bundle.ParseMessageFileBytes(content, code+".toml")
	if err != nil {
		t.Fatal(err)
	}
	messages := make(map[string]*i18n.Message)
	for _, m := range file.Messages {
		messages[m.ID] = m
	}
	return messages
}

var blank = regexp.MustCompile(`\{\{\.\w+\}\}`)

// A translation with another blank, without a plural form that the language has,
// or with HTML in it would be found by the visitor who meets it.
func TestMessages_fitTheirTranslations(t *testing.T) {
	t.Parallel()
	// The categories that whole numbers fall into, by Unicode's CLDR.
	forms := map[string]func(*i18n.Message) []string{
		"en": func(m *i18n.Message) []string { return []string{m.One, m.Other} },
		"ru": func(m *i18n.Message) []string { return []string{m.One, m.Few, m.Many, m.Other} },
		"fa": func(m *i18n.Message) []string { return []string{m.One, m.Other} },
	}
	english := messagesOf(t, "en")
	for _, l := range web.Languages() {
		for key, m := range messagesOf(t, l.Code) {
			all := []string{m.Other}
			if english[key].One != "" {
				all = forms[l.Code](m)
			}
			want := blanks(english[key].Other)
			for _, text := range all {
				if strings.TrimSpace(text) == "" || strings.ContainsAny(text, "<>&") {
					t.Errorf("%s: %s says %q", l.Code, key, text)
				}
				if got := blanks(text); !slices.Equal(got, want) {
					t.Errorf("%s: %s has the blanks %v, want %v", l.Code, key, got, want)
				}
			}
		}
	}
}

func blanks(text string) []string {
	found := blank.FindAllString(text, -1)
	slices.Sort(found)
	return found
}

func TestText_escapesWhatIsFilledIn(t *testing.T) {
	t.Parallel()
	got, err := web.Text("en", "confirm.heading", "Name", `<script>"&{{.Name}}`)
	if want := `Continue as &lt;script&gt;&#34;&amp;{{.Name}}?`; err != nil || got != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

func TestText_choosesThePluralFormAndTheDigits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		code  string
		count int
		want  string
	}{
		{"en", 1, "1 minute ago"},
		{"en", 2, "2 minutes ago"},
		{"en", 0, "0 minutes ago"},
		{"ru", 1, "1 минуту назад"},
		{"ru", 2, "2 минуты назад"},
		{"ru", 5, "5 минут назад"},
		{"ru", 11, "11 минут назад"},
		{"ru", 21, "21 минуту назад"},
		{"fa", 1, "۱ دقیقه پیش"},
		{"fa", 59, "۵۹ دقیقه پیش"},
	} {
		if got, err := web.Text(test.code, "time.minutes_ago", "Count", test.count); err != nil || got != test.want {
			t.Errorf("%s %d: %q, %v, want %q", test.code, test.count, got, err, test.want)
		}
	}
}

func TestText_refusesWhatATemplateGotWrong(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func() (string, error){
		"no such message":   func() (string, error) { return web.Text("en", "nothing.here") },
		"a blank too few":   func() (string, error) { return web.Text("en", "confirm.heading") },
		"a name only":       func() (string, error) { return web.Text("en", "confirm.heading", "Name") },
		"a name that isn't": func() (string, error) { return web.Text("en", "confirm.heading", 1, 2) },
		"no count":          func() (string, error) { return web.Text("ru", "time.minutes_ago", "Number", 1) },
	} {
		if got, err := call(); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}
