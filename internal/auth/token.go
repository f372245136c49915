package auth

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// ErrBotToken means that a setting does not look like a bot token. The text of
// the token is never part of the error (R12).
var ErrBotToken = errors.New("does not look like a bot token (digits, a colon, at least 30 characters of A-Z a-z 0-9 _ -)")

var isBotToken = regexp.MustCompile(`^[1-9][0-9]{0,15}:[A-Za-z0-9_-]{30,128}$`)

// BotID returns the Telegram id of the bot that a token belongs to, or
// [ErrBotToken].
func BotID(token string) (int64, error) {
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
