package themes

// colorblindDarkTokens tells states apart by blue, yellow and orange, which
// stay apart for all the usual kinds of colour blindness, and by lightness.
func colorblindDarkTokens() Tokens {
	t := darkTokens()
	t.Accent, t.Title, t.Key, t.Cursor, t.TabOn = "#87d7ff", "bold #87d7ff", "bold #87d7ff", "bold #87d7ff", "bold underline #87d7ff"
	t.Person, t.Ref, t.Tag = "#87d7ff", "#ffd7af", "#d0d0d0"
	t.Good, t.Warn, t.Bad, t.Info = "#5fafff", "#ffd75f", "bold #ff8700", "#d0d0d0"
	t.Error = "bold #ff8700"
	t.Exercise = "bold #000000 on #87d7ff"
	t.Sev1, t.Sev2 = "bold #000000 on #ff8700", "bold #000000 on #ffd75f"
	t.Sev3, t.Sev4 = "#ffffff on #005f87", "#ffffff on #4e4e4e"
	return t
}

// colorblindLightTokens is the same for light backgrounds.
func colorblindLightTokens() Tokens {
	t := lightTokens()
	t.Person, t.Ref, t.Tag = "#005f87", "#5f5f00", "#4e4e4e"
	t.Good, t.Warn, t.Bad, t.Info = "#005faf", "#5f5f00", "bold #875f00", "#4e4e4e"
	t.Error = "bold #875f00"
	t.Exercise = "bold #ffffff on #00005f"
	t.Sev1, t.Sev2 = "bold #000000 on #ff8700", "bold #000000 on #ffd75f"
	t.Sev3, t.Sev4 = "#ffffff on #005f87", "#ffffff on #4e4e4e"
	return t
}
