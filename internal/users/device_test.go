package users_test

import (
	"testing"

	"example.com/telegram-login/internal/users"
)

func TestSignIn_keepsTheDeviceWithTheSessionAndTheActivity(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for name, device := range map[string]users.Device{
		"both":    {Browser: "Firefox", System: "Android"},
		"browser": {Browser: "Safari"},
		"system":  {System: "Linux"},
		"neither": {},
	} {
		in := link(42, name)
		in.Device = device
		session := signIn(t, store, in)
		if session.Device != device {
			t.Errorf("%s: SignIn: %+v", name, session.Device)
		}
		if found, err := find(t.Context(), store, in); err != nil || found.Device != device {
			t.Errorf("%s: FindSession: %+v, %v", name, found.Device, err)
		}
		listed, err := store.ListSessions(t.Context(), session.Account.ID, alive(noon))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range listed {
			if s.ID == in.Session.ID && s.Device != device {
				t.Errorf("%s: ListSessions: %+v", name, s.Device)
			}
		}
		// What is not on the list is NULL, and never the empty text.
		n := count(t, db, `activity WHERE session_id = $1 AND browser IS NOT DISTINCT FROM NULLIF($2, '')
			AND system IS NOT DISTINCT FROM NULLIF($3, '')`, in.Session.ID, device.Browser, device.System)
		if n != 1 {
			t.Errorf("%s: %d rows of activity with the device, want 1", name, n)
		}
	}
}
