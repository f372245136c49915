package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
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
	names, err := fs.Glob(files, "templates/pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("list pages: %w", err)
	}
	p := &Pages{sets: make(map[pageKey]*template.Template, len(all)*len(names))}
	for code, t := range all {
		base, err := template.New("base.html").
			Option("missingkey=error").
			Funcs(functions(t, static)).
			ParseFS(files, "templates/layouts/*.html", "templates/partials/*.html")
		if err != nil {
			return nil, fmt.Errorf("parse layout: %w", err)
		}
		for _, name := range names {
			set, err := template.Must(base.Clone()).ParseFS(files, name)
			if err != nil {
				return nil, fmt.Errorf("parse page: %w", err)
			}
			p.sets[pageKey{code, strings.TrimSuffix(path.Base(name), ".html")}] = set
		}
	}
	return p, nil
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

// Render returns the whole page in a language of [Languages], or an error and no
// part of it: a half page cannot be sent with a status that it does not have.
func (p *Pages) Render(language, name string, data any) ([]byte, error) {
	set, ok := p.sets[pageKey{language, name}]
	if !ok {
		return nil, fmt.Errorf("no page %q in %q", name, language)
	}
	var b bytes.Buffer
	if err := set.Execute(&b, data); err != nil {
		return nil, fmt.Errorf("render page %q: %w", name, err)
	}
	return b.Bytes(), nil
}
