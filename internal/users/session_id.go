package users

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
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

var errBadSessionID = errors.New("not the id of a session")

// ParseSessionID reads what [SessionID.String] wrote, and nothing else.
func ParseSessionID(text string) (SessionID, error) {
	var id SessionID
	digits, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || len(digits) != len(id) {
		return SessionID{}, errBadSessionID
	}
	copy(id[:], digits)
	if id.String() != text {
		return SessionID{}, errBadSessionID
	}
	return id, nil
}

// String returns the usual form with dashes.
func (id SessionID) String() string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:])
}
