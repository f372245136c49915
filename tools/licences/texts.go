package licences

// Allowed are the licences under which a module may come into a program that we give away. All but one let anybody do
// anything as long as the notices are kept. MPL-2.0 asks one thing more: whoever changes one of its files publishes
// that file. We change none.
var Allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "PostgreSQL"}

// Where the text of a licence begins, behind a title and copyright lines. What is longer than these are, such as a
// further condition, belongs to the text.
const longestTitle = 300

var beginnings = []string{
	"permission is hereby granted ",
	"redistribution and use ",
	"terms and conditions for use ",
	"mozilla public license version 2 0 ",
}

// texts are the SPDX ids of the texts that somebody has read, by their fingerprints.
var texts = map[string]string{
	"cd19e6762a923263": "Apache-2.0",
	"7ff9e506731a6e3e": "BSD-3-Clause", // Nobody may advertise with the name of Google LLC,
	"bb08e5533a95d420": "BSD-3-Clause", // of Google Inc.,
	"0b97b98929670bd7": "BSD-3-Clause", // of the Open Knowledge Foundation.
	"3147a0acc70fca30": "MIT",
	"986017f9bfd72ca1": "ISC AND MIT",        // One file with both: what is inside axe-core.
	"b8e74136843506f2": "MIT AND PostgreSQL", // One file with both.
	"c0f855aacb6ac1c8": "MPL-2.0",
}
