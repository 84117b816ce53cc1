package triage

import (
	"fmt"
	"strings"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// TabLine draws where the report stands.
func (t *Triage) TabLine(w int) string {
	st, r := t.env.Styles, t.in.Report
	line := " " + st.Ref.S(t.in.ID) + " " + st.SevBadge(int(t.in.Severity)) + st.Dim.S("?") + "  "
	switch d := r.Decision; {
	case d == nil:
		line += st.Warn.S("not decided")
	default:
		line += st.Good.S(t.what(d)) + st.Dim.S(" by ") + screen.Person(d.By, st)
	}
	line += st.Dim.S("  " + model.Ago(t.env.Now().Sub(t.in.DeclaredAt)) + " old  ")
	if who := t.names(); len(who) > 0 {
		names := make([]string, len(who))
		for i, n := range who {
			names[i] = screen.Person(n, st)
		}
		line += st.Good.S(st.Glyphs.Here) + " " + strings.Join(names, " ") + st.Dim.S(" here too")
	}
	return line
}

// what is a decision in words that may be shown to this person.
func (t *Triage) what(d *model.ReportDecision) string {
	said := *d
	if b, ok := t.env.Hub.Board().Get(d.Of); !ok || !b.CanRead(t.env.Actor) {
		said.Of = ""
	}
	return strings.TrimSpace(said.What())
}

// Main implements screen.Screen.
func (t *Triage) Main(w, h int) []string {
	lines := t.lines(w)
	t.top = max(0, min(t.top, len(lines)-h))
	return widget.Block(lines[t.top:], w, h)
}

// mostText is how much of a report's text is drawn, in bytes; report show has all.
const mostText = 64 << 10

func (t *Triage) lines(w int) []string {
	st, in, r := t.env.Styles, t.in, t.in.Report
	var out []string
	for _, l := range widget.Wrap(st.Bold.S(screen.Clip(string(in.Title), 4*w)), w-2) {
		out = append(out, " "+l)
	}
	row := func(label, text string) {
		for i, l := range widget.Wrap(text, max(w-13, 10)) {
			if i > 0 {
				label = ""
			}
			out = append(out, widget.Fit(" "+st.Dim.S(widget.Fit(label, 11))+l, w))
		}
	}
	from := screen.Clip(string(r.Source), 60)
	if from == "" {
		from = "not said"
	}
	if r.Reference != "" {
		from += "  " + screen.Clip(string(r.Reference), 80)
	}
	row("FROM", from)
	row("RAISED", in.DeclaredAt.UTC().Format("2006-01-02 15:04:05Z")+" by "+screen.Person(in.DeclaredBy, st)+st.Dim.S(" as "+in.Preliminary.String()))
	if r.Again > 0 {
		row("AGAIN", fmt.Sprintf("%d times, last %s by ", r.Again, r.AgainAt.UTC().Format("15:04Z"))+screen.Person(r.AgainBy, st))
	}
	row("ASSIGNEE", screen.Person(r.Assignee, st))
	for i := range r.Decisions {
		d := &r.Decisions[i]
		what := t.what(d)
		if d.State == model.ReportNew {
			what = "reopened"
		}
		if len(d.Effects) > 0 {
			what += ", effect on " + strings.Join(d.Effects, ", ")
		}
		row("DECIDED", d.At.UTC().Format("15:04:05Z")+" "+screen.Person(d.By, st)+" "+what+"  "+st.Dim.S(screen.Clip(string(d.Reason), 2*w)))
	}
	out = append(out, "", " "+st.Title.S("SIMILAR"))
	switch {
	case t.failed != "":
		out = append(out, " "+st.Bad.S(model.ClipLine(t.failed, w-2).String()))
	case len(t.similar) == 0:
		out = append(out, st.Dim.S(" Nothing shares an indicator, an asset or words of the title."))
	}
	const most = 5
	for _, l := range t.similar[:min(len(t.similar), most)] {
		out = append(out, widget.Fit(" "+st.Ref.S(widget.Fit(l.ID, 14))+st.Dim.S(widget.Fit(l.State, 9))+" "+screen.Clip(string(l.Title), w), w),
			widget.Fit("   "+st.Dim.S(model.ClipLine(why(l), max(w-4, 8)).String()), w))
	}
	if more := len(t.similar) - most; more > 0 {
		out = append(out, st.Dim.S(fmt.Sprintf(" and %d more: J and d list them", more)))
	}
	out = append(out, "", " "+st.Title.S(fmt.Sprintf("INDICATORS %d", len(in.Indicators))))
	for i, x := range in.Indicators {
		if i == 8 {
			out = append(out, st.Dim.S(fmt.Sprintf(" and %d more", len(in.Indicators)-i)))
			break
		}
		out = append(out, widget.Fit(" "+st.Dim.S(widget.Fit(x.Type, 12))+" "+screen.Clip(string(x.Value), w), w))
	}
	if len(in.Indicators) == 0 {
		out = append(out, st.Dim.S(" None was found in the text."))
	}
	out = append(out, "", " "+st.Title.S("TEXT"))
	if r.Text == "" && r.Newest == "" {
		out = append(out, st.Dim.S(" Nothing but the title came in."))
	}
	out = append(out, t.text(r.Text, w)...)
	if r.Newest != "" {
		out = append(out, "", " "+st.Title.S("TEXT AS IT CAME LAST"))
		out = append(out, t.text(r.Newest, w)...)
	}
	return out
}

// text is foreign text in lines, its addresses dead.
func (t *Triage) text(text model.Text, w int) []string {
	if text == "" {
		return nil
	}
	st, s, cut := t.env.Styles, string(text), ""
	if len(s) > mostText {
		s, cut = s[:mostText], " … all of it: :report show "+t.in.ID
	}
	var out []string
	for line := range strings.SplitSeq(model.Block(screen.Defang(s)).String(), "\n") {
		for _, l := range widget.Wrap(st.Text.S(line), max(w-2, 10)) {
			out = append(out, " "+l)
		}
	}
	if cut != "" {
		out = append(out, st.Dim.S(cut))
	}
	return out
}

// Side implements screen.Screen: what happened to the report.
func (t *Triage) Side(w, h int) []string {
	st := t.env.Styles
	lines := []string{st.Title.S("LIVE")}
	// The newest is last, as in a room.
	for _, f := range t.in.Recent[max(0, len(t.in.Recent)-h/2):] {
		lines = append(lines, screen.FeedLines(&f, st, w)...)
	}
	return widget.Block(lines, w, h)
}
