// Package bot is the bot's side of the login button: what an update means, and
// what the bot says. It speaks to the Bot API through a library, to which it
// gives an HTTP client of its own, so that no error can show the token.
//
// Updates reach it by long polling ([Bot.Poll]); whatever else delivers them one
// day calls [Bot.Handle] too. It knows neither pages nor signatures: those are
// package site's and package auth's.
package bot
