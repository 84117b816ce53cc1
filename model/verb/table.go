package verb

import "warroom/model"

// Verb is one entry of the grammar.
type Verb struct {
	Name  string // one or two words: "note", "incident new"
	Args  string // what follows, as in the help: "INC TEXT…"
	Short string // one line
}

// Table lists every verb, in the order of the help.
func Table() []*Verb { return nil }

// Find is the verb that the words begin with, and the words after it.
func Find(words []string) (v *Verb, rest []string, err error) {
	return nil, nil, model.Usage("there is no verb %q", words[0])
}
