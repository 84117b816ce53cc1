package themes

// contrastDarkTokens keeps every pair at 7:1 or more against black. The
// selected row is flat, so that no cell of it falls below.
func contrastDarkTokens() Tokens {
	return Tokens{
		Text: "#ffffff", Dim: "#d0d0d0", Faint: "#bcbcbc", Bold: "bold #ffffff", Accent: "bold #5fd7ff",
		Rule: "#bcbcbc", Title: "bold #5fd7ff",
		Key: "bold #ffff00", KeyDesc: "#ffffff",
		Selected: "flat bold #000000 on #ffffff", SelectedDim: "flat #000000 on #bcbcbc", Cursor: "bold #ffff00",
		Person: "#afffff", Ref: "#ffd7ff", Tag: "#d7d7ff", Match: "bold underline #ffff00",
		Good: "#5fff5f", Warn: "#ffff00", Bad: "bold #ffafaf", Info: "#5fd7ff", New: "bold #ffffff",
		Banner: "bold #000000 on #ffff00", Exercise: "bold #ffffff on #5f005f", Error: "bold #ffafaf",
		Input: "#ffffff", Placeholder: "#bcbcbc", TabOn: "bold #000000 on #ffffff", TabOff: "#ffffff",
		Sev1: "bold #ffffff on #870000", Sev2: "bold #000000 on #ff8700",
		Sev3: "bold #000000 on #ffff00", Sev4: "bold #ffffff on #00005f",
	}
}

// contrastLightTokens is the same against white.
func contrastLightTokens() Tokens {
	return Tokens{
		Text: "#000000", Dim: "#262626", Faint: "#3a3a3a", Bold: "bold #000000", Accent: "bold #0000af",
		Rule: "#3a3a3a", Title: "bold #0000af",
		Key: "bold #0000af", KeyDesc: "#000000",
		Selected: "flat bold #ffffff on #000000", SelectedDim: "flat #ffffff on #3a3a3a", Cursor: "bold #0000af",
		Person: "#005f5f", Ref: "#5f005f", Tag: "#5f0087", Match: "bold underline #000000",
		Good: "#005f00", Warn: "#000000 on #ffd700", Bad: "bold #870000", Info: "#0000af", New: "bold #000000",
		Banner: "bold #000000 on #ffd700", Exercise: "bold #ffffff on #5f005f", Error: "bold #870000",
		Input: "#000000", Placeholder: "#3a3a3a", TabOn: "bold #ffffff on #000000", TabOff: "#000000",
		Sev1: "bold #ffffff on #870000", Sev2: "bold #000000 on #ff8700",
		Sev3: "bold #000000 on #ffff00", Sev4: "bold #ffffff on #00005f",
	}
}
