package auth

import (
	"time"

	"example.com/telegram-login/internal/users"
)

// Identity is who Telegram says the person is.
type Identity struct {
	TelegramID int64
	Profile    users.Profile
	AuthDate   time.Time // When Telegram said so.
	BotID      int64     // The bot whose token signed it.
}

// Name is what to call the person on a page.
func (i Identity) Name() string { return i.Profile.Name(i.TelegramID) }

// Assertion is a login link that has been verified.
type Assertion struct {
	Identity Identity
	// MAC is the decoded signature. It names the link: two links with one MAC
	// say the same (R5).
	MAC [32]byte
	// State and Next are our own parameters. Nobody signed them, so anybody may
	// have put them there.
	State, Next string

	signed string // The signed string that the MAC belongs to.
}
