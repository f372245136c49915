// Package e2e holds the browser tests: they build the programs, start them, and
// walk through them with a real browser, as a visitor would. They look from
// outside only, and import none of our code but what gives a test its database.
//
// Each test has a world of its own: a stand-in for Telegram, a site and a
// database. All share one browser, in which every visitor has a profile of their
// own. Whatever a visitor does is watched: a request to a foreign host, a
// complaint in the console or a part of a page that cannot be loaded fails the
// test, on any page.
//
// They need Chromium or Chrome. Without one they are skipped, and fail where
// CI=true. With go test -artifacts they keep a picture of each page.
package e2e
