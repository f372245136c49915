package web

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
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
	language  Language
	localizer *i18n.Localizer
	printer   *message.Printer
	// fixed holds the messages without a blank to fill in, which are most: they
	// are the same on each page.
	fixed map[string]template.HTML
	keys  map[string]bool
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
		printer:   message.NewPrinter(tag),
		fixed:     make(map[string]template.HTML),
		keys:      make(map[string]bool),
	}
	for _, m := range file.Messages {
		for _, form := range []*string{&m.Zero, &m.One, &m.Two, &m.Few, &m.Many, &m.Other} {
			*form = template.HTMLEscapeString(*form)
		}
		t.keys[m.ID] = true
		if !strings.Contains(m.Other, "{{") {
			t.fixed[m.ID] = template.HTML(m.Other) //nolint:gosec // Ours, and escaped just now.
		}
	}
	if err := bundle.AddMessages(tag, file.Messages...); err != nil {
		return nil, fmt.Errorf("add: %w", err)
	}
	return t, nil
}

func difference(a, b map[string]bool) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(a)), func(key string) bool { return b[key] })
}

// notGiven is what text/template writes for a value that is not there. What is
// filled in is escaped and cannot look like it.
const notGiven = "<no value>"

var errOddArguments = errors.New("not a list of names and values")

// text returns a message with its blanks filled in: {{t "key" "Name" value …}}.
// The result is HTML: the message and every value are escaped here, but for
// values that are HTML already, which bdi and the functions for times return. A
// whole number named Count chooses the plural form.
func (t *texts) text(key string, blanks ...any) (template.HTML, error) {
	if fixed, ok := t.fixed[key]; ok {
		return fixed, nil
	}
	if !t.keys[key] {
		return "", fmt.Errorf("no message %q", key)
	}
	values := make(map[string]any, len(blanks)/2)
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: values}
	for pair := range slices.Chunk(blanks, 2) {
		name, ok := pair[0].(string)
		if !ok || len(pair) != 2 {
			return "", fmt.Errorf("message %q: %w", key, errOddArguments)
		}
		switch value := pair[1].(type) {
		case template.HTML:
			values[name] = value
		case int, int64:
			values[name] = t.number(value)
			if name == "Count" {
				config.PluralCount = value
			}
		default:
			values[name] = template.HTMLEscapeString(fmt.Sprint(value))
		}
	}
	filled, err := t.localizer.Localize(config)
	if err != nil {
		return "", fmt.Errorf("message %q: %w", key, err)
	}
	if strings.Contains(filled, notGiven) {
		return "", fmt.Errorf("message %q: a blank is not filled in", key)
	}
	return template.HTML(filled), nil //nolint:gosec // Message and values were escaped.
}

// number writes a number in the digits of the language.
func (t *texts) number(n any) string { return t.printer.Sprint(number.Decimal(n)) }

// twoDigits writes a part of a time of day.
func (t *texts) twoDigits(n int) string {
	return t.printer.Sprint(number.Decimal(n, number.MinIntegerDigits(2)))
}

// year writes a number without marks between the thousands.
func (t *texts) year(n int) string { return t.printer.Sprint(number.Decimal(n, number.NoSeparator())) }

// isolate keeps the direction of a name from turning the words around it (T15).
func isolate(name string) template.HTML {
	return template.HTML("<bdi>" + template.HTMLEscapeString(name) + "</bdi>") //nolint:gosec // Escaped.
}

// join makes the key of a message whose middle is a word of a closed set, such as
// the reason of a refusal: {{t (join "refusal" .Reason "title")}}.
func join(parts ...string) string { return strings.Join(parts, ".") }
