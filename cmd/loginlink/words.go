package main

import (
	"errors"
	"fmt"

	"example.com/telegram-login/internal/auth"
)

// reason says in plain words why a link is taken or refused.
func reason(refusal error) string {
	var malformed *auth.MalformedError
	switch {
	case refusal == nil:
		return "the signature matches, and the link is fresh"
	case errors.As(refusal, &malformed):
		return reasonWords[malformed.Reason]
	case errors.Is(refusal, auth.ErrPlainVisit):
		return "the link carries no field of Telegram's; the person declined, or somebody shared the plain address"
	case errors.Is(refusal, auth.ErrBadSignature):
		return "none of the tokens makes this signature"
	case errors.Is(refusal, auth.ErrExpired):
		return "the signature matches, and the link is too old"
	case errors.Is(refusal, auth.ErrFromFuture):
		return fmt.Sprintf("the signature matches, and the link is dated more than %s ahead: one of the clocks is wrong",
			inWords(auth.FutureTolerance))
	}
	return refusal.Error()
}

// reasonWords has an entry for each reason of package auth.
var reasonWords = map[auth.Reason]string{
	auth.QueryTooLong:     "the link is longer than any of Telegram's",
	auth.BadEncoding:      "the link cannot be decoded, or not as UTF-8",
	auth.RepeatedField:    "a field is there twice, and two readers could take different ones",
	auth.ControlCharacter: "a value holds a control character, such as a line feed, which could re-cut the signed text",
	auth.ValueTooLong:     "a value is longer than Telegram makes them",
	auth.Incomplete:       "id, auth_date or hash is missing",
	auth.BadID:            "the id is no plain number between 1 and 2^52",
	auth.BadAuthDate:      "auth_date is no plain number",
	auth.BadHash:          "the hash is not 64 hex digits",
}

// diagnosisWords has an entry for each diagnosis of package auth.
var diagnosisWords = map[auth.Diagnosis]string{
	auth.OtherBot:           "it was signed for the bot of an -other-token: is the site configured with the wrong bot?",
	auth.StrayBlanks:        "it was signed with this token and a blank or line end around it",
	auth.MiniAppKey:         "it was signed as data of a Mini App, which is not a login",
	auth.OwnParameterSigned: "the signer drew next, state or lang into the signature; Telegram never does",
	auth.FieldAdded:         "a field was added after signing: without it the signature matches",
	auth.FieldReencoded:     "the values were encoded once too often or too little on the way",
	auth.Unexplained:        "forged, changed after signing, or signed for a bot not named here (try -other-token)",
}
