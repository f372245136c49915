package users

import (
	"crypto/rand"
	"fmt"
)

// SessionID names a session on pages and in logs. It is random and opens
// nothing: the token does.
type SessionID [16]byte

// NewSessionID returns a fresh random id in the form of a UUID, version 4
// (RFC 9562, section 5.4).
func NewSessionID() SessionID {
	var id SessionID
	_, _ = rand.Read(id[:]) // Never fails, says crypto/rand.
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// String returns the usual form with dashes.
func (id SessionID) String() string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:])
}
