package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
)

// Pages are the parsed templates: one set for each page, made of the layout, the
// partials and the page's own file. A set of its own keeps a block that one page
// defines from replacing another page's. Safe for concurrent use.
type Pages struct {
	sets map[string]*template.Template
}

// ParsePages parses every page, so that a broken template stops the program at
// its start and not a visitor. Templates name static files with {{asset "…"}}.
func ParsePages(static *Static) (*Pages, error) {
	base, err := template.New("base.html").
		Option("missingkey=error").
		Funcs(template.FuncMap{"asset": static.URL}).
		ParseFS(files, "templates/layouts/*.html", "templates/partials/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse layout: %w", err)
	}
	names, err := fs.Glob(files, "templates/pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("list pages: %w", err)
	}
	p := &Pages{sets: make(map[string]*template.Template, len(names))}
	for _, name := range names {
		set, err := template.Must(base.Clone()).ParseFS(files, name)
		if err != nil {
			return nil, fmt.Errorf("parse page: %w", err)
		}
		p.sets[strings.TrimSuffix(path.Base(name), ".html")] = set
	}
	return p, nil
}

// Render returns the whole page, or an error and no part of it: a half page
// cannot be sent with a status that it does not have.
func (p *Pages) Render(name string, data any) ([]byte, error) {
	set, ok := p.sets[name]
	if !ok {
		return nil, fmt.Errorf("no page %q", name)
	}
	var b bytes.Buffer
	if err := set.Execute(&b, data); err != nil {
		return nil, fmt.Errorf("render page %q: %w", name, err)
	}
	return b.Bytes(), nil
}
