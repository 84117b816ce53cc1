package themes

// darkTokens is the theme for dark backgrounds. Its colours are points of the
// 256-colour cube, so that a terminal without truecolor shows the same.
func darkTokens() Tokens {
	return Tokens{
		Text: "", Dim: "#a8a8a8", Faint: "#8a8a8a", Bold: "bold", Accent: "#5fafff",
		Rule: "#4e4e4e", Title: "bold #5fafff",
		Key: "bold #5fafff", KeyDesc: "#a8a8a8",
		Selected: "bold #ffffff on #3a3a3a", SelectedDim: "on #303030", Cursor: "bold #5fafff",
		Person: "#87d7d7", Ref: "#87afff", Tag: "#afafd7", Match: "underline #ffd75f",
		Good: "#87d787", Warn: "#ffd75f", Bad: "#ff8787", Info: "#5fafff", New: "bold",
		Banner: "bold #000000 on #ffd75f", Exercise: "bold #ffffff on #5f00af", Error: "bold #ff8787",
		Input: "", Placeholder: "#8a8a8a", TabOn: "bold underline #5fafff", TabOff: "#a8a8a8",
		Sev1: "bold #ffffff on #af0000", Sev2: "bold #000000 on #ff8700",
		Sev3: "#000000 on #d7af00", Sev4: "#ffffff on #005f87",
	}
}
