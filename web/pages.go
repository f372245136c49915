package web

import (
	"bytes"
	"fmt"
	"html/template"
)

// Pages are the parsed templates: for each language one set for each page, made
// of the layout, the partials and the page's own file. A set of its own keeps a
// block that one page defines from replacing another page's. Safe for concurrent
// use.
type Pages struct {
	sets map[pageKey]*template.Template
}

type pageKey struct{ language, page string }

// ParsePages parses every page in every language, so that a broken template or a
// missing message stops the program at its start and not a visitor.
func ParsePages(static *Static) (*Pages, error) {
	all, err := readTexts()
	if err != nil {
		return nil, err
	}
	p := &Pages{sets: make(map[pageKey]*template.Template)}
	for code, t := range all {
		if err := p.parse(code, &parser{texts: t, static: static}); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *Pages) parse(language string, words *parser) error {
	if err := words.parseConstants(); err != nil {
		return err
	}
	base := words.newSet("base.html")
	for _, folder := range []string{"layouts", "partials"} {
		if err := words.parseAll(folder, func(string) *template.Template { return base }); err != nil {
			return err
		}
	}
	return words.parseAll("pages", func(name string) *template.Template {
		set := template.Must(base.Clone())
		p.sets[pageKey{language, name}] = set
		return set
	})
}

// functions are what templates can call beside html/template's own.
func functions(t *texts, static *Static) template.FuncMap {
	return template.FuncMap{
		"asset":     static.URL, // The address of a static file.
		"t":         t.text,     // A message in the page's language.
		"join":      join,
		"bdi":       isolate, // A name, for a blank of a message.
		"day":       t.day,
		"moment":    t.moment,
		"clock":     t.clock,
		"ago":       t.ago,
		"recent":    recent,
		"period":    t.period,
		"language":  func() Language { return t.language },
		"languages": Languages,
	}
}

// usualPageBytes is what most pages need.
const usualPageBytes = 4 << 10

// Render returns the whole page in a language of [Languages], or an error and no
// part of it: a half page cannot be sent with a status that it does not have.
func (p *Pages) Render(language, name string, data any) ([]byte, error) {
	set, ok := p.sets[pageKey{language, name}]
	if !ok {
		return nil, fmt.Errorf("no page %q in %q", name, language)
	}
	var b bytes.Buffer
	b.Grow(usualPageBytes)
	if err := set.Execute(&b, data); err != nil {
		return nil, fmt.Errorf("render page %q: %w", name, err)
	}
	return b.Bytes(), nil
}
