package model

import "unicode"

// kind says how the cleaner treats a character.
type kind uint8

const (
	hidden    kind = iota // never shown as it is
	invalid               // a byte that is no UTF-8
	control               // C0 and DEL
	letter                // shown as it is
	keycap                // 0-9 # *: may carry an emoji key
	blank                 // a space other than U+0020, shown as that
	combining             // drawn on the character before
	joiner                // ZWJ
	selector              // VS16, asks for the emoji form
	tone                  // skin tone
	picture               // may be a part of an emoji
	regional              // half a flag
	dots                  // a Braille pattern
	dotless               // the Braille pattern without a dot
	syllable              // Hangul, whole
	lead                  // Hangul jamo: only as lead, vowel, tail
	vowel
	tail
)

// joins reports whether a ZWJ may follow.
func (k kind) joins() bool { return k == picture || k == selector || k == tone }

// kindOf sorts every code point. What no rule lets through is hidden: new
// characters of Unicode are refused until this version of Go knows them.
func kindOf(r rune) kind {
	switch {
	case r < ' ' || r == 0x7f:
		return control
	case r < 0x7f:
		return letter
	case r < 0x300:
		return latin1(r)
	case r >= 0x4e00 && r <= 0x9fff, r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fa:
		return letter
	case r >= 0xac00 && r <= 0xd7a3:
		return syllable
	}
	if k, ok := sequenceKind(r); ok {
		return k
	}
	switch {
	case r != 0x1680 && r != 0x3000 && unicode.Is(unicode.Zs, r):
		return blank
	case r == 0x3000:
		return letter
	case !unicode.IsPrint(r), unicode.Is(unseen, r),
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r),
		unicode.Is(unicode.Variation_Selector, r):
		return hidden
	case unicode.Is(unicode.M, r):
		return combining
	case unicode.Is(pictures, r):
		return picture
	}
	return letter
}

func latin1(r rune) kind {
	switch {
	case r < 0xa0, r == 0xad:
		return hidden
	case r == 0xa0:
		return blank
	case r == 0xa9, r == 0xae:
		return picture
	}
	return letter
}

// sequenceKind knows the characters that are good only beside certain others.
func sequenceKind(r rune) (kind, bool) {
	switch {
	case r == 0x200d:
		return joiner, true
	case r == 0xfe0f:
		return selector, true
	case r == 0x2800:
		return dotless, true
	case r > 0x2800 && r <= 0x28ff:
		return dots, true
	case r >= 0x1f1e6 && r <= 0x1f1ff:
		return regional, true
	case r >= 0x1f3fb && r <= 0x1f3ff:
		return tone, true
	case r >= 0x1100 && r <= 0x115e, r >= 0xa960 && r <= 0xa97c:
		return lead, true
	case r >= 0x1161 && r <= 0x11a7, r >= 0xd7b0 && r <= 0xd7c6:
		return vowel, true
	case r >= 0x11a8 && r <= 0x11ff, r >= 0xd7cb && r <= 0xd7fb:
		return tail, true
	}
	return hidden, false
}

// unseen are characters of the general categories L and S that draw nothing,
// or that glue themselves to the character after them without an end (the
// class Prepend of the cluster rules).
var unseen = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0d4e, Hi: 0x0d4e, Stride: 1},
		{Lo: 0x1680, Hi: 0x1680, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x111c2, Hi: 0x111c3, Stride: 1},
		{Lo: 0x113d1, Hi: 0x113d1, Stride: 1},
		{Lo: 0x1193f, Hi: 0x1193f, Stride: 1},
		{Lo: 0x11941, Hi: 0x11941, Stride: 1},
		{Lo: 0x11a3a, Hi: 0x11a3a, Stride: 1},
		{Lo: 0x11a84, Hi: 0x11a89, Stride: 1},
		{Lo: 0x11d46, Hi: 0x11d46, Stride: 1},
		{Lo: 0x11f02, Hi: 0x11f02, Stride: 1},
		{Lo: 0x1d159, Hi: 0x1d159, Stride: 1},
	},
}

// pictures are the characters that emoji sequences are made of (a superset of
// the property Extended_Pictographic within its blocks).
var pictures = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x203c, Hi: 0x2049, Stride: 0x2049 - 0x203c},
		{Lo: 0x2122, Hi: 0x2139, Stride: 0x2139 - 0x2122},
		{Lo: 0x2194, Hi: 0x2199, Stride: 1},
		{Lo: 0x21a9, Hi: 0x21aa, Stride: 1},
		{Lo: 0x231a, Hi: 0x231b, Stride: 1},
		{Lo: 0x2328, Hi: 0x2328, Stride: 1},
		{Lo: 0x23cf, Hi: 0x23cf, Stride: 1},
		{Lo: 0x23e9, Hi: 0x23f3, Stride: 1},
		{Lo: 0x23f8, Hi: 0x23fa, Stride: 1},
		{Lo: 0x24c2, Hi: 0x24c2, Stride: 1},
		{Lo: 0x25aa, Hi: 0x25ab, Stride: 1},
		{Lo: 0x25b6, Hi: 0x25c0, Stride: 0x25c0 - 0x25b6},
		{Lo: 0x25fb, Hi: 0x25fe, Stride: 1},
		{Lo: 0x2600, Hi: 0x27bf, Stride: 1},
		{Lo: 0x2934, Hi: 0x2935, Stride: 1},
		{Lo: 0x2b05, Hi: 0x2b07, Stride: 1},
		{Lo: 0x2b1b, Hi: 0x2b1c, Stride: 1},
		{Lo: 0x2b50, Hi: 0x2b55, Stride: 5},
		{Lo: 0x3030, Hi: 0x303d, Stride: 0x303d - 0x3030},
		{Lo: 0x3297, Hi: 0x3299, Stride: 2},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f000, Hi: 0x1f1e5, Stride: 1},
		{Lo: 0x1f200, Hi: 0x1f3fa, Stride: 1},
		{Lo: 0x1f400, Hi: 0x1faff, Stride: 1},
	},
}
