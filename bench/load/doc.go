// Package load asks an HTTP server many times and notes how long it took.
//
// It writes requests as bytes onto keep-alive connections and reads no more of an
// answer than it must, because it shares two cores with what it measures:
// net/http's client would take several times as much of them. It signs login
// links from Telegram's text alone, and shares no code with what it measures.
package load
