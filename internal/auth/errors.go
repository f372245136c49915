package auth

import "errors"

// What a login can be refused for. The edge has a page for each; callers tell
// them apart with [errors.Is].
var (
	// ErrPlainVisit means that the request carries no field of Telegram's at
	// all: the person declined, the client is old, or somebody followed a
	// pasted link (R1). It is no attack and no mistake.
	ErrPlainVisit = errors.New("no login data")
	// ErrMalformed means that the data cannot have come from Telegram as it is
	// (R2). The error is a [MalformedError], which names the reason.
	ErrMalformed = errors.New("malformed login data")
	// ErrBadSignature means that no token of ours made this signature (R3).
	ErrBadSignature = errors.New("signature does not match")
	// ErrExpired means that the data is authentic and too old (R4).
	ErrExpired = errors.New("login data is too old")
	// ErrFromFuture means that the data is authentic and dated ahead of our
	// clock by more than the tolerance: one of the two clocks is wrong (R4).
	ErrFromFuture = errors.New("login data is from the future")
	// ErrNothingPending means that there is no login to confirm: the page was
	// open for too long, or another login has taken its place (R7).
	ErrNothingPending = errors.New("no login to confirm")
)

// Reason is a closed set of words for logs and metrics: what was wrong with
// malformed data.
type Reason string

// The reasons of a [MalformedError].
const (
	QueryTooLong     Reason = "query_too_long"
	BadEncoding      Reason = "bad_encoding"
	RepeatedField    Reason = "repeated_field"
	ControlCharacter Reason = "control_character"
	ValueTooLong     Reason = "value_too_long"
	Incomplete       Reason = "incomplete"
	BadID            Reason = "bad_id"
	BadAuthDate      Reason = "bad_auth_date"
	BadHash          Reason = "bad_hash"
)

// MalformedError is [ErrMalformed] with the reason. It never holds the data.
type MalformedError struct {
	Reason Reason
}

// Error names the reason.
func (e *MalformedError) Error() string { return ErrMalformed.Error() + ": " + string(e.Reason) }

// Is makes every MalformedError an [ErrMalformed].
func (e *MalformedError) Is(target error) bool { return target == ErrMalformed }

func malformed(r Reason) error { return &MalformedError{Reason: r} }
