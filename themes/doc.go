// Package themes owns every colour and glyph of the program. A theme is a set
// of tokens, one style for each role; New turns it into Styles, whose Inks are
// prepared once so that drawing a cell costs two string concatenations.
//
// Styles are immutable after New and may be shared by any number of sessions.
// They always speak truecolor: the renderer of a session samples them down to
// what its terminal can show.
package themes
