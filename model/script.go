package model

import (
	"strings"
	"unicode"
)

// scripts is a set of findings about the letters of a word or name.
type scripts uint8

const (
	latin scripts = 1 << iota
	cyrillic
	greek
	foreign  // a letter that no Latin one looks like
	disguise // a whole part in letters of another script that all look Latin
)

// latinLooking are the Cyrillic and Greek letters that most fonts draw like
// Latin ones.
const latinLooking = "авеіјкмнорстухһѕԁԛԝӏү" + "АВЕІЈКМНОРСТУХҺЅԌԚԜӀҮ" + "αικνορυχ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"

// MixedScript reports whether a word of s mixes Latin, Greek and Cyrillic
// letters, or a dotted name has a Latin part beside one that is written only in
// Greek or Cyrillic letters that look Latin: names that are not what they seem.
func MixedScript(s string) bool {
	var word, name scripts // the present part, and the parts of the name before it
	for _, r := range s {
		set, at := scriptsOf(r)
		word |= set
		if word.mixed() {
			return true
		}
		if at == inside {
			continue
		}
		if name |= word.part(); name.disguised() {
			return true
		}
		word = 0
		if at == outside {
			name = 0
		}
	}
	return (name | word.part()).disguised()
}

// place is where a character stands.
type place uint8

const (
	inside  place = iota // in a part of a name
	between              // a dot between two parts
	outside
)

// scriptsOf is what one character adds to its part, and where it stands.
func scriptsOf(r rune) (scripts, place) {
	switch {
	case r|0x20 >= 'a' && r|0x20 <= 'z' && r < 0x80:
		return latin, inside
	case r >= '0' && r <= '9' || r == '-' || r == '_':
		return 0, inside
	case r == '.':
		return 0, between
	case r < 0x80:
		return 0, outside
	case unicode.Is(unicode.Latin, r):
		return latin, inside
	case unicode.Is(unicode.Cyrillic, r):
		return cyrillic | shape(r), inside
	case unicode.Is(unicode.Greek, r):
		return greek | shape(r), inside
	case unicode.In(r, unicode.L, unicode.M, unicode.N):
		return 0, inside
	}
	return 0, outside
}

func shape(r rune) scripts {
	if strings.ContainsRune(latinLooking, r) {
		return 0
	}
	return foreign
}

func (s scripts) mixed() bool {
	s &= latin | cyrillic | greek
	return s&(s-1) != 0
}

// part is what a finished part tells about its name.
func (s scripts) part() scripts {
	if s&(cyrillic|greek) != 0 && s&(latin|foreign) == 0 {
		return disguise
	}
	return s & latin
}

func (s scripts) disguised() bool { return s&latin != 0 && s&disguise != 0 }
