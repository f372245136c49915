package users

// SignInMethod says how somebody came to be signed in.
type SignInMethod string

// The methods. All of them are Telegram's button; they differ in what showed that
// the person at the browser is the one who pressed it (R7).
const (
	MethodButton    SignInMethod = "button"    // The link came straight from an app.
	MethodAttempt   SignInMethod = "attempt"   // The browser had started the login on our page.
	MethodConfirmed SignInMethod = "confirmed" // The person said yes on our page.
)
