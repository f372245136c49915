package auth

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// ErrBotToken means that a setting does not look like a bot token. The text of
// the token is never part of the error (R12).
var ErrBotToken = errors.New("does not look like a bot token (digits, a colon, at least 30 characters of A-Z a-z 0-9 _ -)")

var isBotToken = regexp.MustCompile(`^[1-9][0-9]{0,15}:[A-Za-z0-9_-]{30,128}$`)

// CheckBotTokens returns the Telegram id of the bot that the tokens belong to, or
// an error that names every problem: none given, one that is [ErrBotToken], or
// one of another bot (R11).
func CheckBotTokens(tokens []string) (int64, error) {
	var problems []error
	if len(tokens) == 0 {
		problems = append(problems, errors.New("no bot token"))
	}
	var bot int64
	for i, token := range tokens {
		id, err := botID(token)
		switch {
		case err != nil:
			problems = append(problems, fmt.Errorf("bot token %d: %w", i+1, err))
		case bot != 0 && bot != id:
			problems = append(problems, fmt.Errorf("bot token %d belongs to another bot than the first", i+1))
		default:
			bot = id
		}
	}
	return bot, errors.Join(problems...)
}

func botID(token string) (int64, error) {
	if !isBotToken.MatchString(token) {
		return 0, ErrBotToken
	}
	digits, _, _ := strings.Cut(token, ":")
	id, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, ErrBotToken
	}
	return id, nil
}
