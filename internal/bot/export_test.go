package bot

import "time"

// DecodeUpdate is decodeUpdate, for the fuzz test.
func DecodeUpdate(text []byte, now time.Time) (isPrivateMessage bool, telegramID, date int64, err error) {
	u, err := decodeUpdate(text, now)
	if u.Message != nil {
		return u.Message.isPrivate(), u.Message.From.ID, u.Message.Date, err
	}
	return false, 0, 0, err
}
