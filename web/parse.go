package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// parser parses templates in one language, with what is the same on every page
// of it put in place: words, addresses of files, and the templates of the folder
// "constant". A page has about fifty of those, and to call for them each time would be
// most of what a page costs.
type parser struct {
	texts     *texts
	static    *Static
	constants map[string]*template.Template
}

// constant is a call for something that is the same whenever the page is shown.
var constant = regexp.MustCompile(`\{\{(t|asset|template) "([^"]+)"(?: "([^"]+)")?\}\}`)

func (p *parser) newSet(name string) *template.Template {
	return template.New(name).Option("missingkey=error").Funcs(functions(p.texts, p.static))
}

// parseAll parses the files of a folder, each into the set that intoSet returns for
// its name.
func (p *parser) parseAll(folder string, intoSet func(name string) *template.Template) error {
	files, err := fs.Glob(files, "templates/"+folder+"/*.html")
	if err != nil {
		return fmt.Errorf("list templates: %w", err)
	}
	for _, file := range files {
		if err := p.parse(file, intoSet(strings.TrimSuffix(path.Base(file), ".html"))); err != nil {
			return fmt.Errorf("parse template %s: %w", file, err)
		}
	}
	return nil
}

func (p *parser) parse(file string, set *template.Template) error {
	content, err := fs.ReadFile(files, file)
	if err != nil {
		return err
	}
	var wrong error
	text := constant.ReplaceAllStringFunc(string(content), func(call string) string {
		found := constant.FindStringSubmatch(call)
		known, err := p.constantOf(call, found[1], found[2], found[3])
		if err != nil {
			wrong = err
		}
		return known
	})
	if wrong != nil {
		return wrong
	}
	if name := path.Base(file); name != set.Name() {
		set = set.New(name)
	}
	_, err = set.Parse(text)
	return err
}

func (p *parser) constantOf(call, function, name, argument string) (string, error) {
	switch function {
	case "asset":
		return p.static.URL(name)
	case "t":
		words, err := p.texts.text(name) // Escaped for every place where templates have messages.
		return string(words), err
	}
	set, ok := p.constants[name]
	if !ok {
		return call, nil
	}
	var b strings.Builder
	if err := set.Execute(&b, argument); err != nil {
		return "", fmt.Errorf("render template %s: %w", name, err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func (p *parser) parseConstants() error {
	p.constants = make(map[string]*template.Template)
	return p.parseAll("constant", func(name string) *template.Template {
		p.constants[name] = p.newSet(name + ".html")
		return p.constants[name]
	})
}
