package model

import (
	"slices"
	"strings"
)

// TLPs lists the markings of TLP 2.0 (FIRST, August 2022), widest sharing first.
func TLPs() []string { return []string{"clear", "green", "amber", "amber+strict", "red"} }

// DefaultTLP is the marking of what nobody marked.
const DefaultTLP = "amber+strict"

// ParseTLP reads a marking in any letter case, with or without "TLP:" before it.
func ParseTLP(s string) (string, error) {
	t := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(s)), "tlp:")
	if slices.Contains(TLPs(), t) {
		return t, nil
	}
	return "", Usage("%q is no TLP marking", excerpt(s)).Hint("use clear, green, amber, amber+strict or red").On("tlp")
}

// TLPRank is how narrow a marking is: 0 for clear to 4 for red. "" counts as the
// default, and what is no marking as red, so that nothing unknown is shared.
func TLPRank(tlp string) int {
	if tlp == "" {
		tlp = DefaultTLP
	}
	if i := slices.Index(TLPs(), tlp); i >= 0 {
		return i
	}
	return len(TLPs()) - 1
}

// StrictestTLP is the narrowest of markings, "clear" of none.
func StrictestTLP(tlps ...string) string {
	most := 0
	for _, t := range tlps {
		most = max(most, TLPRank(t))
	}
	return TLPs()[most]
}

// TLPLabel is a marking as TLP 2.0 writes it: TLP:AMBER+STRICT.
func TLPLabel(tlp string) string { return "TLP:" + strings.ToUpper(TLPs()[TLPRank(tlp)]) }
