// Package bot is the bot's side: what an update means ([Bot.Receive]), what the
// bot says, and when. It speaks to the Bot API through a library and an HTTP
// client of its own, so that no error can show the token.
//
// Updates reach it by long polling ([Bot.Poll]), by our webhook, or from another
// program that runs the bot. What leaves goes through a queue ([Bot.Send]). It
// knows neither pages nor signatures: those are package site's and package
// auth's.
package bot
