package site

import (
	"slices"
	"time"

	"example.com/telegram-login/internal/users"
)

// specimen is a page in one of its states, with canned data. The golden files,
// the pictures of the gallery and the checks in the browser are made from them.
type specimen struct {
	state string // Names the files.
	page  string // The template.
	data  any
}

// specimenNow is when all specimens were seen.
var specimenNow = time.Date(2026, time.November, 24, 12, 33, 0, 0, time.UTC)

func before(d time.Duration) time.Time { return specimenNow.Add(-d) }

var (
	specimenProfile = users.Profile{FirstName: "Anna", LastName: "Petrova", Username: "anna_petrova", PhotoURL: "https://t.me/i/userpic/320/4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.jpg"}
	// The longest names that Telegram allows, and a name that is written from right
	// to left between words that may not be.
	longProfile    = users.Profile{FirstName: "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen", LastName: "Adolphblainecharlesdavidearlfrederickgeraldhubertirvinjohnkennet", Username: "sixty_four_characters_and_not_one_more"}
	persianProfile = users.Profile{FirstName: "نرگس", LastName: "کریمی"}
)

// layout is what the layout shows around a specimen.
func layout(here string) page {
	return page{Here: here, RequestID: "5f0c1d2e3a4b6978", Now: specimenNow}
}

func layoutOf(p users.Profile, here string) page {
	l := layout(here)
	l.Person, l.Avatar = p.Name(4711), newAvatar(p, 4711)
	return l
}

func account() page {
	return layoutOf(specimenProfile, AccountPath)
}

func greeted(p page) page {
	p.Greeting = true
	return p
}

func specimenQRCode() *qrCode {
	code, err := newQRCode("https://t.me/login_bot?start=phone")
	if err != nil {
		panic(err)
	}
	return code
}

const specimenChat = "https://t.me/login_bot?start=Rq0x3Jv9kq2mJtZc1fWm8uYyqv7w2bq0oWJm1r5vW2E"

// specimens lists every page in every state.
func specimens(s *Site) []specimen {
	qr := specimenQRCode()
	all := []specimen{
		{"home", "home", homePage{layout("/"), qr}},
		{"home-bot-unknown", "home", homePage{layout("/"), nil}},
		{"home-signed-in", "home", homePage{layoutOf(specimenProfile, "/"), nil}},
		{"login", "login", loginPage{Page: layout("/login"), Chat: specimenChat, QR: qr, Continue: "/account"}},
		{"login-bot-unknown", "login", loginPage{Page: layout("/login"), Continue: "/account"}},
		{"login-signed-in", "login", loginPage{Page: layoutOf(specimenProfile, "/login"), Chat: specimenChat, QR: qr, Continue: "/account"}},
		{"privacy", "privacy", s.newPrivacyPage(layout("/privacy"))},
		{"data", "data", dataPage{account()}},
		{"delete-ask", "delete", deletePage{Page: account(), Chat: specimenChat}},
		{"delete-bot-unknown", "delete", deletePage{Page: account()}},
		{"delete-approved", "delete", deletePage{Page: account(), Approved: true, ApprovedAt: before(2 * time.Minute)}},
		{"deleted", "deleted", deletedPage{layout("/deleted"), users.Deleted{Sessions: 3, Activity: 41, Messages: 1, WriteAccess: 2}}},
	}
	all = append(all, confirmSpecimens()...)
	all = append(all, accountSpecimens()...)
	all = append(all, sessionSpecimens()...)
	all = append(all, messageSpecimens()...)
	all = append(all, activitySpecimens()...)
	return append(all, refusalSpecimens()...)
}

func confirmSpecimens() []specimen {
	anna := confirmPage{
		Page: layout(""), Name: specimenProfile.Name(1), Username: specimenProfile.Username,
		NewAvatar: newAvatar(specimenProfile, 4711), PendingID: "k3nq0Yb1TfZc2w",
	}
	other, same, long := anna, anna, anna
	other.Page, other.SomeoneElse = layoutOf(users.Profile{FirstName: "Boris", LastName: "König"}, ""), true
	same.Page = layoutOf(specimenProfile, "")
	long.Name, long.Username, long.NewAvatar = longProfile.Name(1), longProfile.Username, newAvatar(longProfile, 5)
	return []specimen{
		{"confirm", "confirm", anna},
		{"confirm-signed-in-as-another", "confirm", other},
		{"confirm-signed-in-as-the-same", "confirm", same},
		{"confirm-long-name", "confirm", long},
	}
}

func accountSpecimens() []specimen {
	of := func(p users.Profile, around page) accountPage {
		return accountPage{
			Page: around, Profile: p, TelegramID: 4711,
			ProfileAt: before(26 * time.Hour), CreatedAt: before(400 * 24 * time.Hour), Since: before(26 * time.Hour),
		}
	}
	nameless := users.Profile{Username: "only_a_username"}
	return []specimen{
		{"account", "account", of(specimenProfile, account())},
		{"account-greeting", "account", of(specimenProfile, greeted(account()))},
		{"account-long-name", "account", of(longProfile, greeted(layoutOf(longProfile, AccountPath)))},
		{"account-persian-name", "account", of(persianProfile, greeted(layoutOf(persianProfile, AccountPath)))},
		{"account-no-name", "account", of(nameless, layoutOf(nameless, AccountPath))},
	}
}

func sessionSpecimens() []specimen {
	here := sessionItem{
		ID: "0b7c4d7e-4a1c-4c0e-9a5e-2f6d1c3b5a79", Current: true, Device: users.Device{Browser: "Firefox", System: "Linux"},
		Method: "attempt", CreatedAt: before(26 * time.Hour), LastSeenAt: before(10 * time.Second),
	}
	others := []sessionItem{
		{ID: "1b7c4d7e-4a1c-4c0e-9a5e-2f6d1c3b5a79", Device: users.Device{Browser: "Telegram", System: "Android"}, Method: "button", CreatedAt: before(5 * 24 * time.Hour), LastSeenAt: before(44 * time.Minute)},
		{ID: "2b7c4d7e-4a1c-4c0e-9a5e-2f6d1c3b5a79", Device: users.Device{System: "iOS"}, Method: "confirmed", CreatedAt: before(11 * 24 * time.Hour), LastSeenAt: before(21 * time.Hour)},
		{ID: "3b7c4d7e-4a1c-4c0e-9a5e-2f6d1c3b5a79", Device: users.Device{Browser: "Safari"}, CreatedAt: before(29 * 24 * time.Hour), LastSeenAt: before(3 * 24 * time.Hour)},
		{ID: "4b7c4d7e-4a1c-4c0e-9a5e-2f6d1c3b5a79", Method: "button", CreatedAt: before(25 * 24 * time.Hour), LastSeenAt: before(7 * 24 * time.Hour)},
	}
	return []specimen{
		{"sessions", "sessions", sessionsPage{Page: account(), Sessions: append([]sessionItem{here}, others...), Others: true}},
		{"sessions-one", "sessions", sessionsPage{Page: account(), Sessions: []sessionItem{here}}},
		{"sessions-ended", "sessions", sessionsPage{Page: account(), Ended: 5, Sessions: []sessionItem{here}}},
	}
}

func messageSpecimens() []specimen {
	of := func(state, source string, notifications, mayTest bool, test *testMessage) messagesPage {
		return messagesPage{
			Page: account(), State: state, Source: source, Since: before(3 * 24 * time.Hour),
			Chat: "https://t.me/login_bot?start=account", Notifications: notifications, MayTest: mayTest, Test: test,
		}
	}
	all := []specimen{
		{"messages-unknown", "messages", of("unknown", "", true, false, nil)},
		{"messages-blocked", "messages", of("blocked", "my_chat_member", true, false, nil)},
		{"messages-found-blocked", "messages", of("blocked", "send", true, false, nil)},
		{"messages-unreachable", "messages", of("unreachable", "send", true, false, nil)},
		{"messages-notifications-off", "messages", of("allowed", "connected_website", false, false, nil)},
	}
	for _, source := range []string{"connected_website", "write_access_allowed", "my_chat_member", "private_message"} {
		all = append(all, specimen{"messages-allowed-" + source, "messages", of("allowed", source, true, true, nil)})
	}
	for _, outcome := range []struct{ name, state, reason string }{
		{"open", "queued", ""},
		{"sent", "sent", ""},
		{"no-write-access", "dropped", "write_access"},
		{"notifications-off", "dropped", "notifications"},
		{"uncertain", "uncertain", "no_answer"},
		{"refused", "failed", "refused"},
		{"failed", "failed", "outage"},
	} {
		test := &testMessage{Open: outcome.name == "open", State: outcome.state, Reason: outcome.reason, At: before(time.Minute)}
		all = append(all, specimen{"messages-test-" + outcome.name, "messages", of("allowed", "connected_website", true, !test.Open, test)})
	}
	return all
}

func activitySpecimens() []specimen {
	firefox := users.Device{Browser: "Firefox", System: "Linux"}
	var entries []activityItem
	at := time.Duration(0)
	add := func(kind, detail string, device users.Device) {
		at += at/2 + 7*time.Minute
		entries = append(entries, activityItem{Kind: kind, Detail: detail, Device: device, HasDevice: device != users.Device{}, At: before(at)})
	}
	for _, method := range []string{"attempt", "button", "confirmed"} {
		add("signed_in", method, firefox)
	}
	for _, how := range []string{"", "logged_out", "ended", "limit"} {
		add("session_ended", how, firefox)
	}
	for _, reason := range []string{"expired", "link_used", "from_future"} {
		add("link_refused", reason, users.Device{Browser: "Chrome", System: "Windows"})
	}
	add("notifications_on", "", users.Device{})
	add("notifications_off", "", users.Device{})
	add("data_downloaded", "", firefox)
	for _, change := range []string{
		"allowed_connected_website", "allowed_write_access_allowed", "allowed_private_message", "allowed_my_chat_member",
		"blocked_my_chat_member", "blocked_send", "unreachable_send",
	} {
		add("write_access", change, users.Device{})
	}
	return []specimen{
		{"activity", "activity", activityPage{Page: account(), Kept: users.ActivityKept, Entries: entries, Older: "1"}},
		{"activity-older", "activity", activityPage{Page: account(), Kept: users.ActivityKept, Entries: entries[:3], Newest: true, Older: "1"}},
		{"activity-none", "activity", activityPage{Page: account(), Kept: users.ActivityKept, Newest: true}},
	}
}

func refusalSpecimens() []specimen {
	var all []specimen
	for _, r := range append(slices.Clip(refusals), internalError) {
		data := r.data(layout("/login"))
		if r.template != "" {
			all = append(all, specimen{"refusal-" + r.reason, r.template, data})
			continue
		}
		all = append(all, specimen{"refusal-" + r.reason, "refusal", data})
		if r.account {
			data.Page = layoutOf(specimenProfile, "/login")
			all = append(all, specimen{"refusal-" + r.reason + "-signed-in", "refusal", data})
		}
	}
	return all
}
