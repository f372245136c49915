package site

import "example.com/telegram-login/internal/users"

// DeviceOf is deviceOf, for its table and the fuzz test.
func DeviceOf(userAgent string) users.Device { return deviceOf(userAgent) }
