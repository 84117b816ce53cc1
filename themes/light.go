package themes

// lightTokens is the theme for light backgrounds.
func lightTokens() Tokens {
	return Tokens{
		Text: "", Dim: "#4e4e4e", Faint: "#6c6c6c", Bold: "bold", Accent: "#005faf",
		Rule: "#bcbcbc", Title: "bold #005faf",
		Key: "bold #005faf", KeyDesc: "#4e4e4e",
		Selected: "bold #000000 on #e4e4e4", SelectedDim: "on #eeeeee", Cursor: "bold #005faf",
		Person: "#005f5f", Ref: "#0000af", Tag: "#5f5f87", Match: "underline #875f00",
		Good: "#005f00", Warn: "#875f00", Bad: "#af0000", Info: "#005faf", New: "bold",
		Banner: "bold #000000 on #ffd75f", Exercise: "bold #ffffff on #5f00af", Error: "bold #af0000",
		Input: "", Placeholder: "#6c6c6c", TabOn: "bold underline #005faf", TabOff: "#4e4e4e",
		Sev1: "bold #ffffff on #af0000", Sev2: "bold #000000 on #ff8700",
		Sev3: "#000000 on #ffd75f", Sev4: "#ffffff on #005f87",
	}
}
