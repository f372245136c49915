package telegramsim

import (
	"encoding/json"
	"regexp"
	"unicode/utf8"
)

// command is one entry of a bot's menu.
type command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

var commandForm = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

// setMyCommands keeps one list for all scopes and languages.
func (s *Sim) setMyCommands(b *bot, p params) (any, *apiError) {
	var commands []command
	err := json.Unmarshal([]byte(p["commands"]), &commands)
	if err != nil {
		return nil, badRequest("can't parse commands JSON object")
	}
	if len(commands) > 100 {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for _, c := range commands {
		length := utf8.RuneCountInString(c.Description)
		if !commandForm.MatchString(c.Command) {
			return nil, badRequest("BOT_COMMAND_INVALID")
		}
		if length < 1 || length > 256 {
			return nil, badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b.commands = commands
	return true, nil
}

func (s *Sim) getMyCommands(b *bot) []command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]command{}, b.commands...)
}
