package incident

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// overview is the first tab: what everybody has to know now.
type overview struct {
	r   *Room
	top int

	proposed proposals
}

func newOverview(r *Room) *overview { return &overview{r: r} }

func (o *overview) name() string                 { return "Overview" }
func (o *overview) count(*model.Incident) string { return "" }
func (o *overview) refresh(in *model.Incident) tea.Cmd {
	return o.proposed.ask(o.r.env, in)
}
func (o *overview) detail(int) []string { return nil }
func (o *overview) click(int) bool      { return false }
func (o *overview) filter(string)       {}
func (o *overview) filtering() string   { return "" }
func (o *overview) selected() string    { return "" }
func (o *overview) open(string)         {}
func (o *overview) back() bool          { return false }

func (o *overview) move(m screen.Motion) { o.top = screen.Scroll(o.top, m) }

func (o *overview) copy(bool) (string, bool) {
	in := o.r.in
	return in.ID + " " + in.Severity.String() + " " + in.Title.Line().String(), true
}

func (o *overview) main(w, h int) []string {
	lines := o.lines(w, h)
	o.top = max(0, min(o.top, len(lines)-h))
	return widget.Block(lines[o.top:], w, h)
}

// summary is the whole summary in lines of w columns, painted.
func (o *overview) summary(w int) []string {
	st := o.r.env.Styles
	var out []string
	for line := range strings.SplitSeq(model.Block(screen.Defang(string(o.r.in.Summary))).String(), "\n") {
		out = append(out, widget.Wrap(screen.Paint(line, st.Text, st), w)...)
	}
	return out
}

func (o *overview) lines(w, h int) []string {
	st, in := o.r.env.Styles, o.r.in
	var out []string
	head := func(name, right string) {
		out = append(out, st.Title.S(widget.Fit(" "+name, max(w-widget.Width(right)-1, 10)))+st.Dim.S(right))
	}
	who := ""
	if ed, ok := in.Edited[model.FieldSummary]; ok {
		who = fmt.Sprintf("#%d @%s %s", ed.Version, ed.By, ed.At.UTC().Format("15:04Z"))
	}
	head("SUMMARY", who)
	if strings.TrimSpace(string(in.Summary)) == "" {
		out = append(out, st.Dim.S(" Nothing is written yet. e writes what is known."))
	}
	if in.Summary != "" {
		sum := o.summary(w - 2)
		most := max(h/3, 5) // what is next stays in sight
		for _, l := range sum[:min(len(sum), most)] {
			out = append(out, " "+l)
		}
		if more := len(sum) - most; more > 0 {
			out = append(out, st.Dim.S(fmt.Sprintf(" %s %d more lines: enter shows all of it", st.Glyphs.Down, more)))
		}
	}
	out = append(out, "")
	top := len(out)
	typ := in.Type
	if typ == "" {
		typ = "not known yet"
	}
	row := func(label, text string) { out = append(out, widget.Fit(" "+st.Dim.S(widget.Fit(label, 11))+text, w)) }
	row("TYPE", model.ClipLine(typ, 60).String())
	row("MARKING", screen.Marking(in.Marking(), st))
	row("DECLARED", in.DeclaredAt.UTC().Format("2006-01-02 15:04:05Z")+" by "+screen.Person(in.DeclaredBy, st))
	var sev []string
	for i, c := range in.Severities {
		if i == 0 {
			sev = append(sev, c.To.String()+" preliminary")
			continue
		}
		sev = append(sev, st.Glyphs.Arrow+" "+c.To.String()+" "+c.At.UTC().Format("15:04Z")+" "+screen.Person(c.By, st)+" "+st.Dim.S(model.ClipLine(string(c.Reason), 40).String()))
	}
	row("SEVERITY", strings.Join(sev, "  "))
	factRows(in, st, row)
	var duty []string
	for _, role := range model.IncidentRoles() {
		if u := in.Roles[role]; u != "" {
			duty = append(duty, st.Dim.S(strings.ToUpper(string(role)))+" "+screen.Person(u, st))
		}
	}
	row("ROLES", strings.Join(duty, "  "))
	if ids := o.r.env.Hub.Board().Known(o.r.env.Actor, in.Related...); len(ids) > 0 {
		row("RELATED", st.Ref.S(strings.Join(ids, "  ")))
	}
	out = append(out, o.similar(w)...)
	out = append(out, "")
	out = append(out, o.r.impactLine(w), o.r.dataLine(w), o.scopeLine(w), o.indicatorLine(w))
	if len(in.Actions) > 0 {
		out = append(out, o.actionLine(w))
	}
	out = append(out, "")
	todo := append(o.next(w), o.gate(w)...)
	if len(out)+len(todo) > h {
		// What is next comes first where not all of it fits.
		return slices.Concat(out[:top], todo, []string{""}, out[top:])
	}
	return append(out, todo...)
}

func (o *overview) scopeLine(w int) string {
	st, in := o.r.env.Styles, o.r.in
	n := map[model.Step]int{}
	all := 0
	for _, a := range in.Assets {
		if a.Retracted != "" {
			continue
		}
		all++
		for _, s := range model.Steps() {
			if a.Step(s) == "yes" && (s != model.StepRecovered || a.Restored()) {
				n[s]++
			}
		}
	}
	parts := []string{fmt.Sprintf("%d assets", all)}
	for _, s := range model.Steps() {
		parts = append(parts, fmt.Sprintf("%s %d", s, n[s]))
	}
	return fitParts("SCOPE", parts, w, st)
}

func (o *overview) indicatorLine(w int) string {
	st, in := o.r.env.Styles, o.r.in
	n := map[model.Verdict]int{}
	all := 0
	for _, x := range in.Indicators {
		if x.Retracted == "" {
			all++
			n[x.Verdict]++
		}
	}
	parts := []string{fmt.Sprintf("%d indicators", all)}
	for _, v := range model.Verdicts() {
		parts = append(parts, fmt.Sprintf("%s %d", v, n[v]))
	}
	return fitParts("INDICATORS", parts, w, st)
}

// actionLine counts the response actions; what waits for approval stands out.
func (o *overview) actionLine(w int) string {
	st, in := o.r.env.Styles, o.r.in
	parts := []string{fmt.Sprintf("%d open", len(in.OpenActions("")))}
	if n := in.WaitingActions(); n > 0 {
		parts = append(parts, st.Warn.S(fmt.Sprintf("%s %d for approval", st.Glyphs.Warn, n)))
	}
	return fitParts("ACTIONS", append(parts, fmt.Sprintf("in force %d", len(in.InForce()))), w, st)
}

// nextShown is how many next steps the overview shows; `next` lists all of them.
const nextShown = 8

// next is the head of the computed list of what is to be done.
func (o *overview) next(w int) []string {
	st, in, now := o.r.env.Styles, o.r.in, o.r.env.Now()
	out := []string{st.Title.S(" NEXT")}
	list := in.Next(now)
	for i, n := range list {
		if i == nextShown {
			out = append(out, st.Dim.S(fmt.Sprintf("   %d more: :next lists them", len(list)-i)))
			break
		}
		owner := screen.Person(n.Owner, st)
		if n.Owner == "" {
			owner = st.Warn.S("unassigned")
			if n.Ref == "" {
				owner = ""
			}
		}
		ink, why := st.Dim, string(n.Why)
		if n.Why == model.NextAssign {
			why = "required" // that nobody has it stands before it
		}
		if n.Why == model.NextLate || n.Why == model.NextApproval {
			ink = st.Warn
		}
		if !n.Due.IsZero() {
			why += " " + model.Countdown(n.Due, now)
		}
		right := widget.Fit(owner, 12) + " " + ink.S(widget.Fit(why, 14))
		what := screen.Clip(string(n.What), w)
		out = append(out, widget.Fit(" "+st.Accent.S(st.Glyphs.Right)+" "+widget.Fit(st.Ref.S(n.Ref), 4)+" "+widget.Fit(what, max(w-36, 10))+" "+right, w))
	}
	if len(list) == 0 {
		switch {
		case !in.Open():
			out = append(out, st.Dim.S(" The incident is closed."))
		case len(in.Checklist) == 0:
			out = append(out, st.Dim.S(" No playbook is attached. :playbook attach adds a checklist."))
		default:
			out = append(out, st.Dim.S(" Nothing required is open in "+string(in.Phase)+"."))
		}
	}
	return append(out, "")
}

func (o *overview) gate(w int) []string {
	st, in := o.r.env.Styles, o.r.in
	to := in.Phase.Next()
	if to == "" || !in.Open() {
		return nil
	}
	all := in.Blockers(to)
	blocked := in.Gate(to)
	if len(blocked) == 0 {
		return []string{widget.Fit(" "+st.Good.S("GATE "+st.Glyphs.Arrow+" "+string(to)+": open")+st.Dim.S("  > goes there"), w)}
	}
	more := ""
	if len(blocked) > 8 {
		blocked, more = blocked[:8], " …"
	}
	text := fmt.Sprintf("GATE %s %s: closed by %s: ", st.Glyphs.Arrow, to, model.Blocking(all))
	lines := widget.Wrap(st.Warn.S(text)+strings.Join(blocked, " ")+more, w-1)
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return lines
}

// fitParts sets parts behind a label, as many as fit whole.
func fitParts(label string, parts []string, w int, st *themes.Styles) string {
	line := " " + st.Dim.S(widget.Fit(label, 11))
	used := 12
	for i, p := range parts {
		if i > 0 {
			p = "  " + p
		}
		if used += widget.Width(p); used > w {
			break
		}
		line += p
	}
	return line
}
