package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"strings"
)

// statements reads the SQL of package users out of its source, as the compiler
// does, so that a floor always runs the very statement that the site runs.
func (b *bench) statements() (map[string]string, error) {
	paths, err := filepath.Glob(filepath.Join(b.root, "internal", "users", "*.go"))
	if err != nil {
		return nil, fmt.Errorf("find package users: %w", err)
	}
	set := token.NewFileSet()
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("read package users: %w", err)
		}
		files = append(files, file)
	}
	// What it imports is not looked at: constants of text need none of it.
	checker := types.Config{Error: func(error) {}}
	pkg, _ := checker.Check("users", set, files, nil)
	texts := make(map[string]string)
	for _, name := range pkg.Scope().Names() {
		if c, ok := pkg.Scope().Lookup(name).(*types.Const); ok && c.Val().Kind() == constant.String {
			texts[name] = constant.StringVal(c.Val())
		}
	}
	return texts, nil
}

var argument = regexp.MustCompile(`@(\w+)`)

// filled is a statement with its arguments, for a script of pgbench.
func (b *bench) filled(name string, arguments map[string]string) (string, error) {
	texts, err := b.statements()
	if err != nil {
		return "", err
	}
	text, ok := texts[name]
	if !ok {
		return "", fmt.Errorf("package users has no statement %q", name)
	}
	missing := ""
	text = argument.ReplaceAllStringFunc(text, func(found string) string {
		value, ok := arguments[found[1:]]
		if !ok {
			missing = found
		}
		return "(" + value + ")"
	})
	if missing != "" {
		return "", fmt.Errorf("statement %q has an argument %s that the benchmark does not know", name, missing)
	}
	return strings.TrimSpace(text) + ";\n", nil
}
