package telegramsim

import (
	"strconv"
	"strings"
)

// A Person is somebody whom the page lets you be. Empty fields are not set: Telegram leaves them out of
// the login data, and so does the stand-in.
type Person struct {
	ID           int64 // at most 52 significant bits, as the Bot API promises
	FirstName    string
	LastName     string
	Username     string // without @
	PhotoURL     string
	LanguageCode string // what the person's app is set to, as the bot sees it; never part of the login data
	Deactivated  bool   // the account was deleted: the person can do nothing, and no bot can write to it
}

// Name is what chats show: first and last name.
func (p Person) Name() string {
	return strings.TrimSpace(p.FirstName + " " + p.LastName)
}

// id is the person's id as pages and addresses write it.
func (p Person) id() string { return strconv.FormatInt(p.ID, 10) }

// DefaultPeople returns the people of a stand-in that was not given others. Everybody except Anna and
// Boris is there because somebody's website broke on a person like that.
func DefaultPeople() []Person {
	photo := func(opaque string) string { return "https://t.me/i/userpic/320/" + opaque + ".jpg" }
	return []Person{
		{
			ID: 700100001, FirstName: "Anna", LastName: "Petrova", Username: "anna_petrova",
			PhotoURL: photo("Qm7xV2c-1aTnP_annaK9"), LanguageCode: "en",
		},
		{
			ID: 700100002, FirstName: "Boris", LastName: "König", Username: "boris_koenig",
			PhotoURL: photo("Zk3r_B0r15-tW8uYc5Lq"), LanguageCode: "de",
		},
		{
			ID: 700100003, FirstName: "Chidi", Username: "chidi_without_surname",
			PhotoURL: photo("c4iD1-noLast_pR7eSx2"), LanguageCode: "en",
		},
		{
			ID: 700100004, FirstName: "Dolores", LastName: "Sin Usuario",
			PhotoURL: photo("d0L0r3s_x-Usr_Kq81vM"), LanguageCode: "es",
		},
		{ID: 700100005, FirstName: "Emeka", LastName: "Without Photo", Username: "emeka_no_photo", LanguageCode: "en"},
		{
			ID: 700100006, FirstName: "נועה", LastName: "לוי (שלום)", Username: "noa_right_to_left",
			PhotoURL: photo("n04-R1ght_t0_L3ft-hB"), LanguageCode: "he",
		},
		{
			ID: 700100007, FirstName: "Zoë 🦊", LastName: "da Silva 🇧🇷", Username: "zoe_emoji",
			PhotoURL: photo("z0e_3mOj1-fL4g-x9Wd2"), LanguageCode: "pt-br",
		},
		{
			ID: 700100008, FirstName: "<b>&amp;", LastName: `O'Neil "100%" +=`, Username: "markup_in_name",
			PhotoURL: photo("m4rkUp_1n-n4M3-tT6yJ"), LanguageCode: "en",
		},
		{
			ID: 4503599627370495, FirstName: "Maxine", LastName: "Fifty-Two Bits", Username: "maxine_52_bits",
			PhotoURL: photo("m4x52-B1ts_00fFfFfF1"), LanguageCode: "en",
		},
		{
			ID: 700100010, FirstName: "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine the Sixty-Four",
			Username: "sixty_four_characters", PhotoURL: photo("s1xtY-f0Ur_cH4rs-3Vb"), LanguageCode: "en",
		},
		{ID: 700100011, FirstName: "محمد", LanguageCode: "ar"},
	}
}

// isDeactivated reports whether the person has gone, by the configuration or by account.deleteAccount.
func (s *Sim) isDeactivated(p Person) bool {
	_, gone := s.deactivated.Load(p.ID)
	return gone
}

// person returns the person with this id, be it a deactivated one.
func (s *Sim) person(id int64) (Person, bool) {
	for _, p := range s.people {
		if p.ID == id {
			return p, true
		}
	}
	return Person{}, false
}
