// Package auth decides who a visitor is: it verifies what Telegram signed, and
// holds the rules of logging in and of a session's life. It knows no HTTP and no
// SQL; package site calls it, and it calls package users.
//
// # The rules
//
//   - R1 There are three kinds of visit to the login address: no field of
//     Telegram's at all (a plain visit), some but not a whole set (malformed), and
//     a whole set (verify).
//   - R2 The raw query is parsed strictly: a parse error, a repeated field, a
//     control character or invalid UTF-8, an over-long value, an id or auth_date
//     that is not plain decimal, an id outside 1..2^52, or a hash that is not 64 hex
//     digits is refused before any HMAC.
//   - R3 Signed are id, first_name, last_name, username, photo_url and auth_date.
//     Our own parameters next, state and lang never are. Unknown fields are drawn
//     in on a second try, if each has a plain name. The MAC is compared in constant
//     time.
//   - R4 auth_date is at most five minutes old (a setting, up to 24 hours) and at
//     most 60 seconds in the future.
//   - R5 A signed link works once; the database decides. Again in a browser that
//     is signed in as that person it is a harmless reload. Used beats confirm.
//   - R6 HEAD, prefetch, sub-resource loads and preview crawlers use no link up.
//   - R7 The signed data is not bound to a browser. A visit that another web site
//     caused, or one by a browser that is signed in as somebody else, is asked to
//     confirm first; an attempt started on our page vouches for the former.
//   - R8 A sign-in makes a new session token, ends the session that the browser
//     presented, and redirects to a clean local address.
//   - R9 An older login never overwrites a newer profile, and still signs in.
//   - R10 Nothing is written and no query is sent before the signature is checked.
//   - R11 Several tokens of the same bot may be valid at once; tokens of different
//     bots are refused at start.
//   - R12 Bot token, session tokens, hash and query strings reach no log, page,
//     metric or error text.
//
// # The decision table
//
// Every row is run against the real site by a test in package site. A note tells
// the person that a link of theirs was refused, if they have an account.
//
//	arrives            | browser                     | status | page          | written
//	-------------------|-----------------------------|--------|---------------|--------
//	no data            | signed out                  | 200    | plain visit   | nothing
//	no data            | signed in as the person     | 200    | plain visit   | nothing
//	half the data      | signed out                  | 400    | malformed     | nothing
//	unreadable query   | signed out                  | 400    | malformed     | nothing
//	a field twice      | signed out                  | 400    | malformed     | nothing
//	changed field      | signed out                  | 403    | not valid     | nothing
//	old link           | signed out                  | 403    | expired       | nothing
//	old link           | signed in as the person     | 403    | expired       | a note
//	old link           | signed in as another        | 403    | expired       | nothing
//	link of tomorrow   | signed out                  | 403    | clock         | nothing
//	fresh link         | signed out                  | 303    | account       | sign-in
//	fresh link         | signed in as the person     | 303    | account       | sign-in
//	fresh link         | signed in as another        | 200    | confirm       | nothing
//	fresh link         | from another site           | 200    | confirm       | nothing
//	fresh link         | signed in as the person, from another site | 200 | confirm | nothing
//	fresh link         | from another site, vouched  | 303    | account       | sign-in
//	fresh link         | signed in as another, vouched | 200  | confirm       | nothing
//	fresh link         | always confirm              | 200    | confirm       | nothing
//	fresh link         | always confirm, vouched     | 303    | account       | sign-in
//	used link          | signed out                  | 409    | used          | a note
//	used link          | signed in as the person     | 303    | account       | nothing
//	used link          | signed in as another        | 409    | used          | a note
//	used link          | from another site           | 409    | used          | a note
//	fresh link         | of whom failed too often    | 429    | too many      | nothing
//	fresh link by HEAD | signed out                  | 405    | -             | nothing
//	fresh link         | prefetching                 | 503    | not now       | nothing
//	fresh link         | loading an image            | 403    | not a visit   | nothing
//	fresh link         | preview crawler             | 200    | plain visit   | nothing
package auth
