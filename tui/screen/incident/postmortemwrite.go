package incident

import (
	"context"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// writers lists the others who have a section of this incident open, each once; a
// session of one's own elsewhere is one of them. It is presence and no event.
func (r *Room) writers(key string) []string {
	var out []string
	field := model.SectionField(key)
	for _, p := range r.env.Hub.People() {
		if p.Incident == r.in.ID && p.Typing == field && p.Session != r.env.Session && !slices.Contains(out, p.User) {
			out = append(out, p.User)
		}
	}
	return out
}

// names is people in words: "@bob and you elsewhere", safe.
func (r *Room) names(users []string) string {
	out := make([]string, len(users))
	for i, u := range users {
		if out[i] = "@" + model.Line(u).String(); u == r.env.Actor.Name {
			out[i] = "you in another session"
		}
	}
	return strings.Join(out, " and ")
}

// write opens the editor on the selected section. When somebody else has it open,
// it asks first: read it, or write too. own is the person's own editor.
func (t *postmortem) write(own bool) tea.Cmd {
	key := t.selected()
	who := t.r.writers(key)
	if len(who) == 0 {
		return t.edit(key, 0, own)
	}
	spec, _ := section(key)
	items := []widget.Item{
		{ID: "read", Label: "read it", Detail: "what is saved, as it will look"},
		{ID: "take", Label: "take over", Detail: "write it too; a second save shows both"},
	}
	return t.r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker(spec.Title+" is being written by "+t.r.names(who), items), Chosen: func(it widget.Item) tea.Cmd {
		if it.ID == "take" {
			return t.edit(key, 0, own)
		}
		return t.view()
	}})
}

// edit opens the editor on a section, with the cursor before byte at, 0 for the end.
func (t *postmortem) edit(key string, at int, own bool) tea.Cmd {
	spec, ok := section(key)
	if !ok {
		return nil
	}
	is := t.r.in.PostMortem.Section(key)
	return t.r.env.Ask(screen.OpenEditor{
		Name: model.SectionField(key), Title: spec.Title, Text: string(is.Text), Base: seenSection(is), Limit: model.MaxSection, At: at, Own: own,
		Suggest: func(word string, asked bool) []widget.Option { return t.completions(word, asked) },
		Preview: func(text string, w int) []string { return t.md.Lines(text, w, t.r.env.Styles) },
		Jump: func(ref string, at int) bool {
			return t.jump(ref, func() tea.Cmd { t.table.Select(key); return t.edit(key, max(at, 1), false) })
		},
		Beside: func(base map[string]string) string { return t.besides(key, seenIn(base)) },
		Submit: func(text string, base map[string]string) tea.Cmd { return t.save(spec, text, seenIn(base)) },
	})
}

func seenSection(s model.Section) map[string]string {
	return map[string]string{"seen": strconv.FormatUint(s.Version, 10)}
}

// besides says who else is in a section, and whether another text was saved since
// the one that is being edited was made.
func (t *postmortem) besides(key string, seen uint64) string {
	st, is := t.r.env.Styles, t.r.in.PostMortem.Section(key)
	if is.Version > seen {
		return st.Glyphs.Warn + " @" + model.Line(is.By).String() + " saved another text at " + is.At.UTC().Format("15:04Z") + "; saving shows both"
	}
	if who := t.r.writers(key); len(who) > 0 {
		return st.Glyphs.Pencil + " " + t.r.names(who) + " in it too; a second save shows both texts"
	}
	return ""
}

// save writes a section; when somebody else wrote it meanwhile, both texts are shown.
func (t *postmortem) save(spec model.SectionSpec, text string, seen uint64) tea.Cmd {
	in, env, id := t.r.in.ID, t.r.env, t.r.env.NewID()
	field := model.SectionField(spec.Key)
	return bounded(func(ctx context.Context) tea.Msg {
		res, err := env.Hub.Do(ctx, env.Actor, in, id, model.WriteSection{Section: spec.Key, Text: model.Text(text), Seen: &seen})
		d := screen.Done{Form: field, Incident: in, Err: err, Result: res}
		if err == nil {
			d.Said = screen.Saved(spec.Title)(res)
			return d
		}
		if now := env.Hub.Peek(in); now != nil && model.CodeOf(err) == model.CodeConflict {
			if is := now.PostMortem.Section(spec.Key); is.Version > seen {
				d.Base, d.Theirs = seenSection(is), &screen.Theirs{By: is.By, Text: string(is.Text)}
			}
		}
		return d
	})
}

// view shows all of the selected thing.
func (t *postmortem) view() tea.Cmd {
	title := t.r.in.ID + " post-mortem"
	if spec, ok := section(t.selected()); ok {
		title = t.r.in.ID + " " + spec.Title
	}
	const width = 100
	return t.r.env.Ask(screen.OpenText{Title: title, Lines: t.lines(t.r.in, t.selected(), width)})
}

// jump goes to a thing of the incident; back is what esc does there. It reports
// whether there is such a thing.
func (t *postmortem) jump(ref string, back func() tea.Cmd) bool {
	ref = strings.ToUpper(ref)
	if !slices.ContainsFunc(t.completions(ref, true), func(o widget.Option) bool { return o.Value == ref }) {
		return false
	}
	if t.text != "" && t.r.tabOf(ref) == t.r.tabOf(model.BlockPostMortem) {
		t.r.Filter("") // the thing is to be seen
	}
	t.r.show(ref)
	t.away = back
	return true
}

// comeBack goes back to where a jump came from; false when there was none.
func (t *postmortem) comeBack() bool {
	back := t.away
	if back == nil {
		return false
	}
	t.away = nil
	t.r.tab = t.r.tabOf(model.BlockPostMortem)
	t.r.opening = tea.Batch(t.r.opening, back())
	return true
}

// pickRef lets a ref of the selected thing be chosen, and goes there.
func (t *postmortem) pickRef() tea.Cmd {
	from := t.selected()
	var items []widget.Item
	for _, ref := range t.refs(t.r.in, from) {
		for _, o := range t.completions(ref, true) {
			if o.Value == ref {
				items = append(items, widget.Item{ID: ref, Label: ref, Detail: o.Label})
			}
		}
	}
	back := func() tea.Cmd { t.table.Select(from); return nil }
	switch len(items) {
	case 0:
		return t.r.env.Ask(screen.Toast{Level: widget.InfoToast, Text: "no ref of this incident stands here"})
	case 1:
		t.jump(items[0].ID, back)
		return t.r.Refresh()
	}
	return t.r.env.Ask(screen.OpenPicker{Picker: widget.NewPicker("Go to", items), Chosen: func(it widget.Item) tea.Cmd {
		t.jump(it.ID, back)
		return t.r.Refresh()
	}})
}

// refs lists what a thing of the post-mortem speaks of, each once.
func (t *postmortem) refs(in *model.Incident, id string) []string {
	text := string(in.PostMortem.Section(id).Text)
	var out []string
	if f, err := in.Factor(id); err == nil {
		text, out = string(f.Text), append(out, f.Because)
	}
	if q, err := in.OpenQuestion(id); err == nil {
		text = string(q.Text) + " " + string(q.Answer)
	}
	if f, err := in.FollowUp(id); err == nil {
		text, out = string(f.Title)+" "+string(f.Evidence), append(out, f.Factor)
	}
	if id == rowMeeting {
		text = string(in.PostMortem.Meeting.Dissent)
	}
	if strings.HasPrefix(id, logPrefix) {
		out = append(out, t.factRefs(id)...)
	}
	for word := range strings.FieldsFuncSeq(text, func(c rune) bool { return (c < 'A' || c > 'Z') && (c < '0' || c > '9') }) {
		if isRef(word) && len(word) < 10 {
			out = append(out, word)
		}
	}
	slices.SortFunc(out, compareRefs)
	return slices.DeleteFunc(slices.Compact(out), func(ref string) bool { return ref == "" })
}

// compareRefs sorts A2 before A10.
func compareRefs(a, b string) int {
	if a != "" && b != "" && a[0] == b[0] && len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// completions lists what a word may become: a ref of the incident, or a person.
// A letter alone offers nothing unless it was asked for.
func (t *postmortem) completions(word string, asked bool) []widget.Option {
	if strings.HasPrefix(word, "@") {
		var out []widget.Option
		for _, p := range t.r.people(false) {
			if name := "@" + p.ID; strings.HasPrefix(name, strings.ToLower(word)) {
				out = append(out, widget.Option{Value: name, Label: p.Detail})
			}
		}
		return out
	}
	if word == "" || !asked && len(word) < 2 || len(word) > 9 {
		return nil
	}
	word = strings.ToUpper(word)
	for i := 1; i < len(word); i++ {
		if word[i] < '0' || word[i] > '9' {
			return nil
		}
	}
	var out []widget.Option
	t.things(word[0], func(ref, what string) {
		if strings.HasPrefix(ref, word) {
			out = append(out, widget.Option{Value: ref, Label: screen.Clip(what, 60)})
		}
	})
	return out
}

// things gives every thing of the incident whose ref begins with a letter.
func (t *postmortem) things(letter byte, give func(ref, what string)) {
	in := t.r.in
	switch string(letter) {
	case model.RefEntry:
		for _, e := range in.Timeline {
			give(e.Ref, string(e.Text[:min(len(e.Text), 512)]))
		}
	case model.RefIndicator:
		for _, x := range in.Indicators {
			give(x.Ref, x.Type+" "+string(x.Value))
		}
	case model.RefAsset:
		for _, a := range in.Assets {
			give(a.Ref, string(a.Name))
		}
	case model.RefItem:
		for _, it := range in.Checklist {
			give(it.Ref, string(it.Title))
		}
	case model.RefObligation:
		for _, o := range in.Obligations {
			give(o.Ref, string(o.Title))
		}
	case model.RefAction:
		for _, a := range in.Actions {
			give(a.Ref, string(in.ActionLine(a)))
		}
	case model.RefFactor:
		for _, f := range in.PostMortem.LiveFactors() {
			give(f.Ref, string(f.Text))
		}
	case model.RefQuestion:
		for _, q := range in.PostMortem.LiveQuestions() {
			give(q.Ref, string(q.Text))
		}
	case model.RefFollowUp:
		for _, f := range in.FollowUps {
			give(f.Ref, string(f.Title))
		}
	}
}
