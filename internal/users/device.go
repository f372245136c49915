package users

// Device is the kind of browser and system that somebody uses, as words of a
// closed list; empty for what is not on it. What a browser says of itself is
// never stored: it would reach messages and pages.
type Device struct {
	Browser string // Such as "Firefox".
	System  string // Such as "Android".
}
