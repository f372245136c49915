package users_test

import (
	"testing"

	"example.com/telegram-login/internal/users"
)

func wantNotifications(t *testing.T, store *users.Store, telegramID int64, want bool) {
	t.Helper()
	account, found, err := store.FindAccount(t.Context(), telegramID)
	if err != nil || !found || account.Notifications != want {
		t.Errorf("person %d: notifications = %t, %t, %v; want %t", telegramID, account.Notifications, found, err, want)
	}
}

func TestSetNotifications_turnsThePersonsOwnSwitchAndNobodyElses(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	anna, boris := link(42, "anna"), link(43, "boris")
	session := signIn(t, store, anna)
	signIn(t, store, boris)
	if !session.Account.Notifications {
		t.Error("a new account begins without notifications")
	}
	for _, on := range []bool{false, false, true, false} {
		if err := store.SetNotifications(t.Context(), session.Account.ID, on, noon); err != nil {
			t.Fatal(err)
		}
		wantNotifications(t, store, 42, on)
		wantNotifications(t, store, 43, true)
		if found, err := find(t.Context(), store, anna); err != nil || found.Account.Notifications != on {
			t.Errorf("FindSession: notifications = %t, %v; want %t", found.Account.Notifications, err, on)
		}
	}
	// Signing in again is no wish to be written to.
	if again := signIn(t, store, link(42, "again")); again.Account.Notifications {
		t.Error("signing in turned the notifications on")
	}
	if err := store.SetNotifications(t.Context(), 999, true, noon); err != nil {
		t.Errorf("an account that is not there: %v", err)
	}
}

func TestFindAccount_findsByTelegramID(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	want := signIn(t, store, link(42, "anna")).Account
	signIn(t, store, link(43, "boris"))
	got, found, err := store.FindAccount(t.Context(), 42)
	if err != nil || !found || got.ID != want.ID || got.Profile != want.Profile || !got.CreatedAt.Equal(noon) {
		t.Errorf("FindAccount = %+v, %t, %v", got, found, err)
	}
	if _, found, err := store.FindAccount(t.Context(), 44); err != nil || found {
		t.Errorf("nobody: FindAccount = %t, %v", found, err)
	}
}
