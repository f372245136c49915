// Package site is the HTTP edge: addresses, cookies, headers, pages, and the one
// table that turns a refusal into a page. It decides nothing about who may log
// in; package auth does. gin and gorilla/sessions are known here only.
//
// Each file is one behaviour of a visitor, named as the visitor would name it.
// A handler returns its error; [Site.Handler] is the list of all addresses.
package site
