package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"slices"
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
	layouts, err1 := fs.Glob(files, "templates/layouts/*.html")
	partials, err2 := fs.Glob(files, "templates/partials/*.html")
	names, err3 := fs.Glob(files, "templates/pages/*.html")
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	shared := slices.Concat(layouts, partials)
	p := &Pages{sets: make(map[pageKey]*template.Template, len(all)*len(names))}
	for code, t := range all {
		base := template.New("base.html").Option("missingkey=error").Funcs(functions(t, static))
		for _, name := range shared {
			if err := parse(base, t, static, name); err != nil {
				return nil, err
			}
		}
		for _, name := range names {
			set := template.Must(base.Clone())
			if err := parse(set, t, static, name); err != nil {
				return nil, err
			}
			p.sets[pageKey{code, strings.TrimSuffix(path.Base(name), ".html")}] = set
		}
	}
	return p, nil
}

// constant is a call in a template whose result is the same on every page.
var constant = regexp.MustCompile(`\{\{(t|asset) "([^"]+)"\}\}`)

// parse adds a file to a set, with the words of the language in place of the calls
// that ask for them. A page has about fifty of those, and calling them each time
// would be most of what a page costs.
func parse(set *template.Template, t *texts, static *Static, name string) error {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("read template: %w", err)
	}
	var wrong error
	text := constant.ReplaceAllStringFunc(string(content), func(call string) string {
		parts := constant.FindStringSubmatch(call)
		words, err := constantOf(parts[1], parts[2], t, static)
		if err != nil {
			wrong = err
		}
		return words
	})
	if wrong == nil {
		if base := path.Base(name); base != set.Name() {
			set = set.New(base)
		}
		_, wrong = set.Parse(text)
	}
	if wrong != nil {
		return fmt.Errorf("parse template %s: %w", name, wrong)
	}
	return nil
}

func constantOf(function, argument string, t *texts, static *Static) (string, error) {
	if function == "asset" {
		return static.URL(argument)
	}
	words, err := t.text(argument) // Escaped for every place where templates have messages.
	return string(words), err
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
