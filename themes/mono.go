package themes

// monoTokens uses no colour at all: weight, underline and reverse only.
func monoTokens() Tokens {
	return Tokens{
		Text: "", Dim: "faint", Faint: "faint", Bold: "bold", Accent: "bold",
		Rule: "faint", Title: "bold", Key: "bold", KeyDesc: "",
		Selected: "flat reverse", SelectedDim: "flat underline", Cursor: "bold",
		Person: "", Ref: "bold", Tag: "", Match: "underline",
		Good: "", Warn: "bold", Bad: "bold underline", Info: "", New: "bold",
		Banner: "bold reverse", Exercise: "bold reverse", Error: "bold",
		Input: "", Placeholder: "faint", TabOn: "bold reverse", TabOff: "",
		Sev1: "bold reverse", Sev2: "reverse", Sev3: "bold underline", Sev4: "",
	}
}
