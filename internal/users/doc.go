// Package users remembers: accounts, sessions, used login links, activity, what
// is known about writing to a person, messages and when they may leave, and who
// may poll for a bot's updates. It is the only package that speaks SQL for them,
// and it knows neither HTTP nor Telegram's formats.
//
// Races are decided by the database and never by reading first and writing
// then. Times are arguments, so that tests move them; nothing here asks a clock.
// Each query is a named constant above the method that sends it.
//
// A [Store] is safe for concurrent use.
package users
