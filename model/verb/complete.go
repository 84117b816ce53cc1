package verb

import (
	"slices"
	"strings"

	"warroom/model"
	"warroom/model/indicator"
)

// Completion is one way to go on with a line.
type Completion struct {
	Value string // the whole word; may hold foreign text
	Help  string // may hold foreign text
}

// hints is what completions are made from; it comes from memory.
type hints struct {
	env Env
	in  *model.Incident // nil: not known, or not in memory

	said []string // the positional words before the one that is completed
}

// Complete lists how the last word can go on; it is "" when a new word begins.
// It reads memory only, so it may be asked at every key.
func Complete(env Env, words []string) []Completion {
	if len(words) == 0 {
		words = []string{""}
	}
	last := words[len(words)-1]
	h := &hints{env: env}
	v, rest, err := Find(words[:len(words)-1])
	if err != nil || v == nil {
		return startingWith(names(words), last)
	}
	// Two verbs may begin alike: "phase" has no second word, "check" has.
	return startingWith(h.after(v, rest, last), last)
}

// names completes the words of a verb's own name.
func names(words []string) []Completion {
	var out []Completion
	for _, v := range Table() {
		first, sub, two := strings.Cut(v.Name, " ")
		switch {
		case len(words) == 1:
			if i := slices.IndexFunc(out, func(c Completion) bool { return c.Value == first }); i >= 0 {
				if two {
					out[i].Help += ", " + sub
				}
			} else if two {
				out = append(out, Completion{first, sub})
			} else {
				out = append(out, Completion{first, v.Short})
			}
		case len(words) == 2 && two && first == words[0]:
			out = append(out, Completion{sub, v.Short})
		}
	}
	return out
}

func startingWith(list []Completion, prefix string) []Completion {
	p := strings.ToLower(prefix)
	return slices.DeleteFunc(list, func(c Completion) bool {
		return !strings.HasPrefix(strings.ToLower(c.Value), p) &&
			!strings.HasPrefix(strings.ToLower(strings.TrimPrefix(c.Value, "@")), p)
	})
}

// after completes what follows a verb's name.
func (h *hints) after(v *Verb, rest []string, last string) []Completion {
	pos, pending := 0, (*flag)(nil)
	list := v.words
	if h.env.Incident != "" && len(list) > 0 && list[0].name == "INC" {
		h.in = h.peek(h.env.Incident)
	}
	for _, w := range rest {
		name, isFlag := strings.CutPrefix(w, "--")
		switch {
		case pending != nil:
			pending = nil
		case isFlag && !strings.Contains(name, "="):
			if f := v.flag(name); f != nil && f.arg != "" {
				pending = f
			}
		case isFlag:
		default:
			if pos == 0 && len(list) > 0 && list[0].name == "INC" {
				if id, err := model.ParseIncidentID(w); err == nil {
					h.in = h.peek(id)
				} else if h.env.Incident != "" {
					pos++ // the incident was left out
				}
			}
			h.said = append(h.said, w)
			pos++
		}
	}
	if pending != nil {
		return h.values(pending.values)
	}
	if strings.HasPrefix(last, "--") {
		return v.flagList()
	}
	var out []Completion
	if pos == 0 && h.env.Incident != "" && len(list) > 0 && list[0].name == "INC" {
		if len(list) > 1 {
			out = h.values(list[1].values)
		}
	} else if len(list) > 0 {
		out = h.values(list[min(pos, len(list)-1)].values)
		if pos >= len(list) && list[len(list)-1].name == "INC" {
			out = nil
		}
	}
	if last == "" {
		out = append(out, v.flagList()...)
	}
	return out
}

func (h *hints) values(f func(*hints) []Completion) []Completion {
	if f == nil {
		return nil
	}
	return f(h)
}

func (v *Verb) flagList() []Completion {
	var out []Completion
	for _, f := range v.flags {
		out = append(out, Completion{"--" + f.name, strings.TrimSpace(f.arg + "  " + f.help)})
	}
	return append(out, Completion{"--json", "print one JSON value"})
}

// peek is the incident in memory, if the person may read it.
func (h *hints) peek(id string) *model.Incident {
	if h.env.Hub == nil {
		return nil
	}
	if in := h.env.Hub.Peek(id); in != nil && in.CanRead(h.env.Actor) {
		return in
	}
	return nil
}

// most is how many completions of one kind are offered.
const most = 200

func fixed(list ...string) func(*hints) []Completion {
	return func(*hints) []Completion {
		out := make([]Completion, len(list))
		for i, s := range list {
			out[i].Value = s
		}
		return out
	}
}

func words[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

func briefs(h *hints, keep func(*model.Brief) bool) []Completion {
	if h.env.Hub == nil {
		return nil
	}
	var out []Completion
	board := h.env.Hub.Board()
	for i := range board.Briefs {
		b := board.Briefs[i]
		if b.IsIncident() && b.CanRead(h.env.Actor) && keep(b) && len(out) < most {
			out = append(out, Completion{b.ID, b.Severity.String() + " " + string(b.Title)})
		}
	}
	return out
}

func incidents(h *hints) []Completion {
	open := briefs(h, func(b *model.Brief) bool { return b.Status == model.StatusOpen })
	return append(open, briefs(h, func(b *model.Brief) bool { return b.Status != model.StatusOpen })...)
}

// allIncidents are the others, for linking.
func allIncidents(h *hints) []Completion {
	return slices.DeleteFunc(incidents(h), func(c Completion) bool { return h.in != nil && c.Value == h.in.ID })
}

func users(h *hints) []Completion {
	if h.env.Hub == nil {
		return nil
	}
	var out []Completion
	for _, a := range h.env.Hub.Accounts() {
		if !a.Disabled {
			out = append(out, Completion{"@" + a.Name, string(a.Role)})
		}
	}
	if len(out) == 0 && h.env.Actor.Name != "" {
		out = append(out, Completion{"@" + h.env.Actor.Name, "you"})
	}
	return out
}

// refs lists the newest things first: they are what people talk about.
func refs[T any](list []*T, show func(*T) (ref, what string)) []Completion {
	var out []Completion
	for _, x := range slices.Backward(list) {
		if len(out) == most {
			break
		}
		ref, what := show(x)
		out = append(out, Completion{ref, what})
	}
	return out
}

func entries(h *hints) []Completion {
	if h.in == nil {
		return nil
	}
	return refs(h.in.Timeline, func(e *model.Entry) (string, string) { return e.Ref, string(e.Text) })
}

func indicators(h *hints) []Completion {
	if h.in == nil {
		return nil
	}
	return refs(h.in.Indicators, func(x *model.Indicator) (string, string) { return x.Ref, x.Type + " " + string(defanged(x)) })
}

func assets(h *hints) []Completion {
	if h.in == nil {
		return nil
	}
	return refs(h.in.Assets, func(a *model.Asset) (string, string) { return a.Ref, a.Kind + " " + string(a.Name) })
}

func items(h *hints) []Completion {
	if h.in == nil {
		return nil
	}
	var out []Completion
	for _, it := range h.in.Checklist {
		out = append(out, Completion{it.Ref, string(it.State) + " " + string(it.Title)})
	}
	slices.SortStableFunc(out, func(a, b Completion) int {
		// What is open comes first.
		return strings.Compare(openFirst(a.Help), openFirst(b.Help))
	})
	return out
}

func openFirst(help string) string {
	if strings.HasPrefix(help, string(model.ItemOpen)) || strings.HasPrefix(help, string(model.ItemDoing)) {
		return "0"
	}
	return "1"
}

func itemsOrUsers(h *hints) []Completion { return append(items(h), users(h)...) }

func severities(*hints) []Completion {
	var out []Completion
	for s := model.Severity(1); s.Valid(); s++ {
		out = append(out, Completion{s.String()[3:], s.Means()})
	}
	return out
}

func incidentTypes(h *hints) []Completion {
	if h.env.Books == nil {
		return nil
	}
	return fixed(h.env.Books.Types()...)(h)
}

func playbooks(h *hints) []Completion {
	if h.env.Books == nil {
		return nil
	}
	var out []Completion
	for _, b := range h.env.Books.List() {
		out = append(out, Completion{b.ID, b.Title})
	}
	return out
}

func phases(h *hints) []Completion     { return fixed(words(model.WorkPhases())...)(h) }
func roles(h *hints) []Completion      { return fixed(words(model.IncidentRoles())...)(h) }
func verdicts(h *hints) []Completion   { return fixed(words(model.Verdicts())...)(h) }
func tlps(h *hints) []Completion       { return fixed(model.TLPs()...)(h) }
func iocTypes(h *hints) []Completion   { return fixed(indicator.Types()...)(h) }
func entryKinds(h *hints) []Completion { return fixed(words(model.EntryKinds())...)(h) }

func filterWords(*hints) []Completion {
	var out []Completion
	for _, f := range model.FilterFields() {
		out = append(out, Completion{Value: f + ":"})
	}
	return out
}

func verbNames(*hints) []Completion {
	var out []Completion
	for _, v := range Table() {
		first, _, _ := strings.Cut(v.Name, " ")
		if len(out) == 0 || out[len(out)-1].Value != first {
			out = append(out, Completion{first, v.Short})
		}
	}
	return out
}
