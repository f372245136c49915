package site_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// neverRefusals are exported errors that no visitor can meet, with the reason.
var neverRefusals = map[string]string{
	"users.ErrNoSession":  "means that nobody is signed in, which is no refusal",
	"auth.ErrBotToken":    "stops the program at its start",
	"bot.ErrTokenRefused": "is told to the operator",
}

// A refusal without a page would be a 500 and an alarm.
func TestRefusals_everyExportedErrorHasAPage(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("refusals.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range slices.Concat(exportedErrors(t, "auth"), exportedErrors(t, "users"), exportedErrors(t, "bot")) {
		found++
		_, exempt := neverRefusals[name]
		if listed := strings.Contains(string(table), "err: "+name+","); listed == exempt {
			t.Errorf("%s: in the table: %t, exempt: %t", name, listed, exempt)
		}
	}
	if found < 8 {
		t.Errorf("only %d errors found", found)
	}
}

// exportedErrors returns the variables Err… of a package of ours.
func exportedErrors(t *testing.T, pkg string) []string {
	t.Helper()
	files, err := filepath.Glob("../" + pkg + "/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				for _, ident := range spec.(*ast.ValueSpec).Names {
					if strings.HasPrefix(ident.Name, "Err") {
						names = append(names, pkg+"."+ident.Name)
					}
				}
			}
		}
	}
	return names
}

// A double tap sends the link twice before the first cookie has arrived: whoever
// sees "used before" may be signed in all the same, and needs the way on.
func TestUsedLink_pageOffersTheAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	query := w.query(anna, 0)
	w.newBrowser().arrive(query)
	page := w.newBrowser().arrive(query)
	if !strings.Contains(page.body, `<a id="continue" href="/account">Open your account</a>`) {
		t.Errorf("no way to the account: %s", page.body)
	}
	boris := w.newBrowser()
	boris.signIn(person{43, "Boris"})
	page = boris.arrive(query)
	if !strings.Contains(page.body, `<a class="button" id="continue" href="/account">Continue to your account</a>`) {
		t.Errorf("no way on for who is signed in: %s", page.body)
	}
}
