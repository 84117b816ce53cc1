package verb

import (
	"slices"
	"strings"

	"warroom/model"
)

// Table lists every verb, in the order of the help.
func Table() []*Verb {
	return slices.Concat(
		reportVerbs(),
		incidentVerbs(),
		noteVerbs(),
		iocVerbs(),
		scopeVerbs(),
		actionVerbs(),
		checkVerbs(),
		playbookVerbs(),
		leadVerbs(),
		factVerbs(),
		momentVerbs(),
		notifyVerbs(),
		onCallVerbs(),
		rotationVerbs(),
		contactVerbs(),
		postMortemVerbs(),
		reviewVerbs(),
		metricsVerbs(),
		importVerbs(),
		findingVerbs(),
		followUpVerbs(),
		trainingVerbs(),
		sitrepVerbs(),
		exportVerbs(),
		roomVerbs(),
	)
}

// Find is the verb that the words begin with, and the words after it. A first
// word that several verbs share, alone, is an error that lists them.
func Find(words []string) (v *Verb, rest []string, err error) {
	if len(words) == 0 || strings.TrimSpace(words[0]) == "" {
		return nil, nil, model.Usage("no verb").Hint("help lists the verbs")
	}
	second := ""
	if len(words) > 1 {
		second = words[1]
	}
	var family, names []string
	for _, v := range Table() {
		first, sub, two := strings.Cut(v.Name, " ")
		names = append(names, first)
		switch {
		case first != words[0]:
		case !two:
			return v, words[1:], nil
		case sub == second:
			return v, words[2:], nil
		default:
			family = append(family, sub)
		}
	}
	if len(family) > 0 {
		switch second {
		case "", "--help", "--json":
			return nil, nil, model.Usage("%s needs one of: %s", words[0], strings.Join(family, ", ")).Hint("help %s explains them", words[0])
		}
		return nil, nil, model.Usage("%s has no %q", words[0], clip(second)).Hint("use one of: %s", strings.Join(family, ", "))
	}
	if slices.Contains(onServer(), words[0]) {
		return nil, nil, model.Usage("%s works only on the server's machine", words[0]).Hint("whoever administers it runs warroom %s there", words[0])
	}
	e := model.Usage("there is no verb %q", clip(words[0]))
	if near := model.Nearest(words[0], names); near != "" {
		return nil, nil, e.Hint("did you mean %s? help lists the verbs", near)
	}
	return nil, nil, e.Hint("help lists the verbs")
}

// onServer lists the commands of the program that are no verbs.
func onServer() []string {
	return []string{"user", "serve", "host", "verify", "migrate", "doctor", "config", "version", "completion", "man"}
}

// clip shortens a foreign word for an error message.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
