package telegramsim_test

import (
	"testing"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

// The vectors: P1 was published by others (aiogram's tests), the S ones were computed with another
// implementation. The queries are byte for byte what encodeURIComponent makes of the fields.
const (
	publicToken = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
	sToken      = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
	s2Query     = "id=987654321&first_name=John&last_name=Doe&username=johndoe" +
		"&photo_url=https%3A%2F%2Ft.me%2Fi%2Fuserpic%2F320%2FabcDEF-_123.jpg&auth_date=1700000000"
	s2Hash = "feeddae5d00d41949945e4ba23a83f0f83fff6145c84636ae294ada2c2516a11"
)

var john = telegramsim.Person{
	ID: 987654321, FirstName: "John", LastName: "Doe", Username: "johndoe",
	PhotoURL: "https://t.me/i/userpic/320/abcDEF-_123.jpg",
}

// acceptAs lets one person log in through a button with this address and returns the address that opens.
func acceptAs(t *testing.T, p telegramsim.Person, botToken string, at int64, link string) string {
	t.Helper()
	cfg := config()
	cfg.People = []telegramsim.Person{p}
	cfg.Now = func() time.Time { return time.Unix(at, 0) }
	// A bot with the usual token sends the button, and the bot of the vector signs.
	cfg.Bots = append(cfg.Bots, telegramsim.Bot{Token: botToken, Username: "vector_bot", Name: "V", Domain: "example.com"})
	s := start(t, cfg)
	s.client("messages.sendMessage", object{"as": p.ID, "message": "hello"})
	s.mustBot("sendMessage", object{"chat_id": p.ID, "text": "Log in", "reply_markup": object{
		"inline_keyboard": [][]object{{{"text": "Log in", "login_url": object{"url": link, "bot_username": "@Vector_Bot"}}}},
	}})
	return s.accept(p.ID, 2, false)["url"].(string)
}

func TestSigning_matchesPublishedVectors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		token  string
		person telegramsim.Person
		at     int64
		want   string
	}{
		{
			"P1", publicToken,
			telegramsim.Person{
				ID: 42, FirstName: "John", LastName: "Smith", Username: "username",
				PhotoURL: "https://t.me/i/userpic/320/picname.jpg",
			},
			1565810688,
			"id=42&first_name=John&last_name=Smith&username=username" +
				"&photo_url=https%3A%2F%2Ft.me%2Fi%2Fuserpic%2F320%2Fpicname.jpg&auth_date=1565810688" +
				"&hash=c303db2b5a06fe41d23a9b14f7c545cfc11dcc7473c07c9c5034ae60062461ce",
		},
		{
			"S1 minimal", sToken,
			telegramsim.Person{ID: 42, FirstName: "A"},
			1700000000,
			"id=42&first_name=A&auth_date=1700000000&hash=20f04e02b2021ccdf76a4a332f322b0d94dd6debd0b6b05bdf357898bda9a253",
		},
		{"S2 full", sToken, john, 1700000000, s2Query + "&hash=" + s2Hash},
		{
			"S3 Cyrillic and a flag", sToken,
			telegramsim.Person{ID: 686968130, FirstName: "Аркаша Одесская 🇸🇴", Username: "im_the_bot"},
			1700000000,
			"id=686968130&first_name=%D0%90%D1%80%D0%BA%D0%B0%D1%88%D0%B0%20%D0%9E%D0%B4%D0%B5%D1%81%D1%81%D0%BA%D0%B0" +
				"%D1%8F%20%F0%9F%87%B8%F0%9F%87%B4&username=im_the_bot&auth_date=1700000000" +
				"&hash=82a9b6e2d72d27db773765493f2ff12b3e096e9ac34d8df3ef88f1257e919658",
		},
		{
			"S4 special characters", sToken,
			telegramsim.Person{ID: 7000000001, FirstName: "C++ & C#=1 100%", LastName: "O'Neil (x)"},
			1700000000,
			"id=7000000001&first_name=C%2B%2B%20%26%20C%23%3D1%20100%25&last_name=O'Neil%20(x)&auth_date=1700000000" +
				"&hash=e395699a2d1c742dc47b99c24ade32c7fa00ff97b1c3691e09e2ac5e63b0cde7",
		},
		{
			"S5 large id and no name", sToken,
			telegramsim.Person{ID: 4503599627370495},
			1700000000,
			"id=4503599627370495&auth_date=1700000000" +
				"&hash=4906b551bb8e89eeaf167f07d8a357bfcbee430a8e7131c80d4271658ed35011",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := acceptAs(t, tt.person, tt.token, tt.at, "https://example.com/login")
			if want := "https://example.com/login?" + tt.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// The first row is vector S8: own parameters do not take part in the signature.
func TestSignedAddress_keepsTheButtonsOwnParts(t *testing.T) {
	t.Parallel()
	data := s2Query + "&hash=" + s2Hash
	for link, want := range map[string]string{
		"https://example.com/?next=%2Fhome&state=xyz": "https://example.com/?next=%2Fhome&state=xyz&" + data,
		"https://example.com/l#part":                  "https://example.com/l?" + data + "#part",
		"https://example.com/l?a=1#part?b=2":          "https://example.com/l?a=1&" + data + "#part?b=2",
		"https://example.com/l?":                      "https://example.com/l?" + data,
		"https://example.com/l?id=1&x=%20+&%69d=2":    "https://example.com/l?x=%20+&" + data,
		"https://example.com/l?hash=00&ids=1&flag":    "https://example.com/l?ids=1&flag&" + data,
		"https://EXAMPLE.com:8443/l":                  "https://EXAMPLE.com:8443/l?" + data,
	} {
		t.Run(link, func(t *testing.T) {
			t.Parallel()
			got := acceptAs(t, john, sToken, 1700000000, link)
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
