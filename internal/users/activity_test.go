package users_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/users"
)

// listAll returns the whole activity of an account, read in pages of a size.
func listAll(t *testing.T, store *users.Store, account users.Account, limit int, between func()) []users.Activity {
	t.Helper()
	q := users.ActivityQuery{Account: account, BotID: botID, Since: noon.Add(-users.ActivityKept), Limit: limit}
	var all []users.Activity
	for {
		page, err := store.ListActivity(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Entries) > limit {
			t.Fatalf("a page of %d, want at most %d", len(page.Entries), limit)
		}
		all = append(all, page.Entries...)
		if page.Next == (users.ActivityCursor{}) {
			return all
		}
		// As the address of the next page carries it.
		if q.Before, err = users.ParseActivityCursor(page.Next.String()); err != nil {
			t.Fatal(err)
		}
		between()
	}
}

func kinds(all []users.Activity) []string {
	var told []string
	for _, a := range all {
		told = append(told, fmt.Sprintf("%s/%s%s/%s", a.Kind, a.Detail, a.WriteAccess, a.Device.Browser))
	}
	return told
}

func TestListActivity_tellsWhatHappenedTheNewestFirst(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	firefox, chrome := users.Device{Browser: "Firefox"}, users.Device{Browser: "Chrome"}
	first := link(42, "first")
	first.Device, first.Method = firefox, users.MethodAttempt
	account := signIn(t, store, first).Account
	second := link(42, "second")
	second.Device, second.Method, second.At = chrome, users.MethodConfirmed, at(1)
	other := signIn(t, store, second)
	signIn(t, store, link(43, "somebody else"))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(store.NoteLinkRefused(t.Context(), users.LinkRefusal{TelegramID: 42, Reason: "expired", Device: chrome, At: at(2)}))
	must(store.SetNotifications(t.Context(), account.ID, false, at(3)))
	must(store.SetNotifications(t.Context(), account.ID, false, at(4))) // No change.
	must(store.SetNotifications(t.Context(), account.ID, true, at(5)))
	must(store.NoteDataDownloaded(t.Context(), account.ID, firefox, at(6)))
	_, err := store.EndSessionOf(t.Context(), account.ID, other.ID, at(7))
	must(err)
	_, err = store.EndSession(t.Context(), first.Session.TokenHash, at(8))
	must(err)
	record(t, store, botID, 42, fact{users.WriteAccessAllowed, users.FromConnectedWebsite, 9 * time.Minute, 1})
	record(t, store, botID, 42, fact{users.WriteAccessAllowed, users.FromPrivateMessage, 10 * time.Minute, 2}) // No change.
	record(t, store, botID, 42, fact{users.WriteAccessBlocked, users.FromMyChatMember, 11 * time.Minute, 3})
	record(t, store, botID+1, 42, fact{users.WriteAccessAllowed, users.FromPrivateMessage, 12 * time.Minute, 4}) // Another bot's.
	_, err = store.ApplyUpdate(t.Context(), users.Update{BotID: botID, ID: 5, At: at(13), Silence: 42, SilenceAt: at(13)}, nil)
	must(err)

	got := kinds(listAll(t, store, account, 100, func() {}))

	want := []string{
		"notifications_off//", "write_access/blocked/", "write_access/allowed/",
		"session_ended/logged_out/Firefox", "session_ended/ended/Chrome", "data_downloaded//Firefox",
		"notifications_on//", "notifications_off//", "link_refused/expired/Chrome",
		"signed_in/confirmed/Chrome", "signed_in/attempt/Firefox",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestListActivity_ofNinetyDays(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	account := signIn(t, store, link(42, "x")).Account
	exec(t, db, "UPDATE activity SET at = $1", noon.Add(-users.ActivityKept))
	if got := listAll(t, store, account, 10, func() {}); len(got) != 1 {
		t.Errorf("on the last day: %v", kinds(got))
	}
	exec(t, db, "UPDATE activity SET at = $1", noon.Add(-users.ActivityKept-time.Second))
	if got := listAll(t, store, account, 10, func() {}); len(got) != 0 {
		t.Errorf("a second later: %v", kinds(got))
	}
}

// Rows of the same time are the hard part, and rows that come while one reads.
func TestListActivity_pagesAreTheWholeListOnce(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	account := signIn(t, store, link(42, "x")).Account
	fill(t, db, account)
	whole := listAll(t, store, account, 1000, func() { t.Error("one page is enough") })
	if len(whole) != 1+40+20 {
		t.Fatalf("%d entries, want 61", len(whole))
	}
	for _, limit := range []int{1, 2, 7, 60, 61} {
		got := listAll(t, store, account, limit, func() {
			if err := store.NoteDataDownloaded(t.Context(), account.ID, users.Device{}, noon.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		})
		exec(t, db, "DELETE FROM activity WHERE kind = 'data_downloaded'")
		if fmt.Sprint(got) != fmt.Sprint(whole) {
			t.Errorf("in pages of %d:\n%v\nwant\n%v", limit, kinds(got), kinds(whole))
		}
	}
}

// Telegram counts in seconds, and two copies of the site may take updates in any
// order: the newest entry has to say what the page about messages says.
func TestListActivity_ofUpdatesOfOneSecondTheLastOneIsTheNewest(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	account := signIn(t, store, link(42, "x")).Account
	record(t, store, botID, 42, fact{users.WriteAccessAllowed, users.FromMyChatMember, time.Minute, 6})
	record(t, store, botID, 42, fact{users.WriteAccessBlocked, users.FromMyChatMember, time.Minute, 5})
	record(t, store, botID, 42, fact{users.WriteAccessUnreachable, users.FromSend, time.Minute, 0})
	now, err := store.WriteAccess(t.Context(), botID, 42)
	if err != nil || now.State != users.WriteAccessAllowed {
		t.Fatalf("WriteAccess = %s, %v", now.State, err)
	}
	want := "[write_access/allowed/ write_access/blocked/ write_access/unreachable/ signed_in//]"
	for _, limit := range []int{1, 2, 10} {
		if got := fmt.Sprint(kinds(listAll(t, store, account, limit, func() {}))); got != want {
			t.Errorf("in pages of %d: %s, want %s", limit, got, want)
		}
	}
}

func TestNoteDataDownloaded_whileTheAccountIsBeingDeletedIsNoError(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	account := signIn(t, store, link(42, "x")).Account
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "DELETE FROM accounts"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := store.NoteDataDownloaded(t.Context(), account.ID, users.Device{}, noon); err != nil {
			t.Errorf("NoteDataDownloaded = %v", err)
		}
	})
	waitForLock(t, db)
	if err := tx.Commit(t.Context()); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if n := count(t, db, "activity"); n != 0 {
		t.Errorf("%d rows of activity of nobody", n)
	}
}

// fill writes 40 rows of activity and 20 changes of write access within ten
// seconds, so that many have the same time.
func fill(t *testing.T, db *pgxpool.Pool, account users.Account) {
	t.Helper()
	exec(t, db, `INSERT INTO activity (account_id, kind, detail, at)
		SELECT $1, 'session_ended', 'n' || n, $2::timestamptz + (n / 4) * interval '1 second' FROM generate_series(1, 40) n`, account.ID, noon)
	exec(t, db, `INSERT INTO write_access_events (bot_id, telegram_id, state, source, happened_at, update_id, recorded_at)
		SELECT $1, $2, CASE n % 2 WHEN 0 THEN 'allowed' ELSE 'blocked' END, 'my_chat_member', $3::timestamptz + (n / 4) * interval '1 second', n, now()
		FROM generate_series(1, 20) n`, botID, account.TelegramID, noon)
}

func TestNoteLinkRefused_onceInTenMinutesForEachReasonAndForNobodyElse(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signIn(t, store, link(42, "x"))
	signIn(t, store, link(43, "y"))
	for _, refusal := range []users.LinkRefusal{
		{TelegramID: 42, Reason: "expired", At: noon},
		{TelegramID: 42, Reason: "expired", At: noon.Add(10*time.Minute - time.Second)},
		{TelegramID: 42, Reason: "link_used", At: noon.Add(time.Second)},
		{TelegramID: 42, Reason: "expired", At: noon.Add(10 * time.Minute)},
		{TelegramID: 44, Reason: "expired", At: noon}, // Has no account.
	} {
		if err := store.NoteLinkRefused(t.Context(), refusal); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, db, "activity e JOIN accounts a ON a.id = e.account_id WHERE kind = 'link_refused' AND telegram_id = 42"); n != 3 {
		t.Errorf("%d notes, want 3", n)
	}
	if n := count(t, db, "activity WHERE kind = 'link_refused'"); n != 3 {
		t.Errorf("%d notes in all, want 3", n)
	}
}

func TestNoteLinkRefused_onceAlsoWhenManyComeAtOnce(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signIn(t, store, link(42, "x"))
	done := make(chan error)
	const many = 20
	for range many {
		go func() {
			done <- store.NoteLinkRefused(t.Context(), users.LinkRefusal{TelegramID: 42, Reason: "expired", At: noon})
		}()
	}
	for range many {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := count(t, db, "activity WHERE kind = 'link_refused'"); n != 1 {
		t.Errorf("%d notes, want 1", n)
	}
}

func TestSignIn_sessionThatIsOneTooManyIsNoted(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for i := range users.MaxSessions + 2 {
		in := link(42, strconv.Itoa(i))
		in.At = noon.Add(time.Duration(i) * time.Second)
		signIn(t, store, in)
	}
	if n := count(t, db, "activity WHERE kind = 'session_ended' AND detail = 'limit'"); n != 2 {
		t.Errorf("%d notes, want 2", n)
	}
	if n := count(t, db, "sessions"); n != users.MaxSessions {
		t.Errorf("%d sessions", n)
	}
}

func TestActivityCursor_takesNothingButItsOwnText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "1", "1-2", "1-2-3", "1-2-3-4-5", "-1-2-3-4", "1--2-3-4", "1-2--3-4", "01-2-3-4", "1-2-3-04", "+1-2-3-4", "1-2-3-4 ",
		" 1-2-3-4", "1-2-3-x", "１-2-3-4", "9223372036854775808-0-0-1", "253402300799000001-0-0-1", "1-2147483648-0-1",
		"1-2-9223372036854775808-1", "1-2-3-9223372036854775808",
	} {
		if c, err := users.ParseActivityCursor(text); err == nil {
			t.Errorf("%q is %v", text, c)
		}
	}
}
