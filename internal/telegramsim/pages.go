package telegramsim

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"unicode"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed static
var staticFiles embed.FS

func parsePages() (*template.Template, error) {
	functions := template.FuncMap{"line": func(page chatPage, m messageView) line { return line{page, m} }}
	pages, err := template.New("").Funcs(functions).ParseFS(pageFiles, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("reading the pages: %w", err)
	}
	return pages, nil
}

// render executes into a buffer first, so that a failing template is a clean 500 and not half a page.
func (s *Sim) render(w http.ResponseWriter, name string, data any) {
	var page bytes.Buffer
	err := s.pages.ExecuteTemplate(&page, name, data)
	if err != nil {
		s.log.Error("rendering a page", "page", name, "error", err)
		http.Error(w, "The page could not be shown.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = page.WriteTo(w)
}

// refuse answers what a form or an address asked wrongly.
func refuse(w http.ResponseWriter, fail *rpcError) {
	http.Error(w, "Not possible: "+fail.Message, fail.Code)
}

// line is what the template of one message needs: the forms in it carry fields of the page.
type line struct {
	Page    chatPage
	Message messageView
}

// personView is a person as the pages show one.
type personView struct {
	ID       string
	Name     string
	Username string
	Initial  string
	Photo    bool
	Colour   int // of the avatar
	Chosen   bool
	Link     string
}

// shownName is never empty, so that there is something to see.
func shownName(first, last string) string {
	return cmp.Or(strings.TrimSpace(first+" "+last), "(no name)")
}

func viewPerson(p Person) personView {
	v := personView{
		ID: p.id(), Name: shownName(p.FirstName, p.LastName), Username: p.Username, Initial: "?", Photo: p.PhotoURL != "",
		Colour: int(p.ID % 7),
	}
	for _, letter := range v.Name {
		if unicode.IsLetter(letter) {
			v.Initial = string(unicode.ToUpper(letter))
			break
		}
	}
	return v
}
