// Package web holds the pages' templates, their words in each language and the
// static files, embedded in the program. It knows how to render a page and what
// a static file is called; what stands in a page is package site's to say.
package web

import "embed"

//go:embed templates static messages
var files embed.FS
