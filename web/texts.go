package web

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// texts are the words of the pages in one language, from messages/<code>.toml.
// Safe for concurrent use.
type texts struct {
	language Language
	// messages holds those that have one form, cut at their blanks.
	messages map[string][]piece
	// localizer chooses among the forms of the others.
	localizer *i18n.Localizer
	keys      map[string]bool
	digits    [10]string
}

// piece is a part of a message: words, or else a blank to fill in.
type piece struct {
	words string
	blank string
}

// readTexts reads the message files of all languages. It fails if one of them
// lacks a message, so that a page never falls back to another language in the
// middle of a sentence.
func readTexts() (map[string]*texts, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	all := make(map[string]*texts)
	for _, l := range Languages() {
		t, err := readMessages(bundle, l)
		if err != nil {
			return nil, fmt.Errorf("messages of %s: %w", l.Code, err)
		}
		all[l.Code] = t
	}
	first := all[Languages()[0].Code]
	for code, t := range all {
		if missing := difference(first.keys, t.keys); len(missing) > 0 {
			return nil, fmt.Errorf("messages of %s: %v missing", code, missing)
		}
		if unknown := difference(t.keys, first.keys); len(unknown) > 0 {
			return nil, fmt.Errorf("messages of %s: %v unknown in %s", code, unknown, first.language.Code)
		}
	}
	return all, nil
}

func readMessages(bundle *i18n.Bundle, l Language) (*texts, error) {
	tag, err := tagOf(l)
	if err != nil {
		return nil, err
	}
	name := "messages/" + l.Code + ".toml"
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	// Into a bundle of its own first: what reaches the pages is escaped.
	raw := i18n.NewBundle(tag)
	raw.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	file, err := raw.ParseMessageFileBytes(content, name)
	if err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	t := &texts{
		language:  l,
		localizer: i18n.NewLocalizer(bundle, l.Code),
		messages:  make(map[string][]piece),
		keys:      make(map[string]bool),
		digits:    digitsOf(tag),
	}
	for _, m := range file.Messages {
		for _, form := range []*string{&m.Zero, &m.One, &m.Two, &m.Few, &m.Many, &m.Other} {
			*form = template.HTMLEscapeString(*form)
		}
		t.keys[m.ID] = true
		if m.One == "" {
			t.messages[m.ID] = cutAtBlanks(m.Other)
		}
	}
	if err := bundle.AddMessages(tag, file.Messages...); err != nil {
		return nil, fmt.Errorf("add: %w", err)
	}
	return t, nil
}

var blankInMessage = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

func cutAtBlanks(text string) []piece {
	var pieces []piece
	end := 0
	for _, at := range blankInMessage.FindAllStringSubmatchIndex(text, -1) {
		pieces = append(pieces, piece{words: text[end:at[0]]}, piece{blank: text[at[2]:at[3]]})
		end = at[1]
	}
	return append(pieces, piece{words: text[end:]})
}

// digitsOf are the digits of a language, which are asked for once: writing a number
// in words of Unicode's data costs as much as a page.
func digitsOf(tag language.Tag) [10]string {
	printer := message.NewPrinter(tag)
	var digits [10]string
	for i := range digits {
		digits[i] = printer.Sprint(number.Decimal(i))
	}
	return digits
}

func difference(a, b map[string]bool) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(a)), func(key string) bool { return b[key] })
}

var (
	errNotABlank = errors.New("not a list of names and values")
	errEmpty     = errors.New("a blank is not filled in")
)

// text returns a message with its blanks filled in: {{t "key" "Name" value …}}.
// The result is HTML: the message and every value are escaped here, but for
// values that are HTML already, which bdi and the functions for times return. A
// whole number named Count chooses the form of a message that has several.
func (t *texts) text(key string, blanks ...any) (template.HTML, error) {
	if !t.keys[key] {
		return "", fmt.Errorf("no message %q", key)
	}
	values, count, err := t.values(blanks)
	if err != nil {
		return "", fmt.Errorf("message %q: %w", key, err)
	}
	if pieces, ok := t.messages[key]; ok {
		return fill(key, pieces, values)
	}
	if count == nil {
		return "", fmt.Errorf("message %q: Count: %w", key, errEmpty)
	}
	data := make(map[string]string, len(values))
	for _, v := range values {
		data[v.name] = v.text
	}
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: count}
	filled, err := t.localizer.Localize(config)
	if err != nil {
		return "", fmt.Errorf("message %q: %w", key, err)
	}
	return template.HTML(filled), nil //nolint:gosec // Message and values were escaped.
}

// value is what a blank is filled in with.
type value struct{ name, text string }

// values reads pairs of names and values, and escapes the values.
func (t *texts) values(blanks []any) (values []value, count any, err error) {
	if len(blanks) == 0 {
		return nil, nil, nil
	}
	values = make([]value, 0, len(blanks)/2)
	for pair := range slices.Chunk(blanks, 2) {
		name, ok := pair[0].(string)
		if !ok || len(pair) != 2 {
			return nil, nil, errNotABlank
		}
		v := value{name: name}
		switch given := pair[1].(type) {
		case template.HTML:
			v.text = string(given)
		case int, int64:
			v.text = t.localDigits(fmt.Sprint(given))
			if name == "Count" {
				count = given
			}
		default:
			v.text = template.HTMLEscapeString(fmt.Sprint(given))
		}
		values = append(values, v)
	}
	return values, count, nil
}

func fill(key string, pieces []piece, values []value) (template.HTML, error) {
	if len(pieces) == 1 {
		return template.HTML(pieces[0].words), nil //nolint:gosec // Escaped when it was read.
	}
	var filled strings.Builder
	for _, p := range pieces {
		if p.blank == "" {
			filled.WriteString(p.words)
			continue
		}
		i := slices.IndexFunc(values, func(v value) bool { return v.name == p.blank })
		if i < 0 {
			return "", fmt.Errorf("message %q: %s: %w", key, p.blank, errEmpty)
		}
		filled.WriteString(values[i].text)
	}
	return template.HTML(filled.String()), nil //nolint:gosec // Message and values were escaped.
}

// localDigits writes the digits of a text in those of the language.
func (t *texts) localDigits(text string) string {
	if t.digits[0] == "0" {
		return text
	}
	var written strings.Builder
	for _, r := range text {
		if r >= '0' && r <= '9' {
			written.WriteString(t.digits[r-'0'])
			continue
		}
		written.WriteRune(r)
	}
	return written.String()
}

// isolate keeps the direction of a name from turning the words around it (T15).
func isolate(name string) template.HTML {
	return template.HTML("<bdi>" + template.HTMLEscapeString(name) + "</bdi>") //nolint:gosec // Escaped.
}

// join makes the key of a message whose middle is a word of a closed set, such as
// the reason of a refusal: {{t (join "refusal" .Reason "title")}}.
func join(parts ...string) string { return strings.Join(parts, ".") }
