package board

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// intake is the reports above the incidents: those that nobody has decided, or,
// in their own list, all.
type intake struct {
	table *widget.Table
	rows  []*model.Brief
	on    bool // the cursor is here
	at    int  // line of the main pane where the incidents begin
}

func (in *intake) init() {
	in.table = widget.NewTable(
		widget.Column{Min: 10, Priority: 9},
		widget.Column{Min: 7, Priority: 8},
		widget.Column{Min: 22, Flex: 1, Priority: 10},
		widget.Column{Min: 10, Priority: 5},
		widget.Column{Min: 6, Priority: 6, Right: true},
		widget.Column{Min: 12, Priority: 7},
	)
	in.table.Gap = 1
}

func (in *intake) selected() (*model.Brief, bool) {
	if i := in.table.Index(); i >= 0 && i < len(in.rows) {
		return in.rows[i], true
	}
	return nil, false
}

// sift makes the rows of the intake.
func (b *Board) sift(all []*model.Brief) {
	var rows []*model.Brief
	for i := range all {
		br := all[i]
		if br.Report == nil || !br.CanRead(b.env.Actor) {
			continue
		}
		fresh := br.Report.State == model.ReportNew
		if fresh {
			b.counts[reportList]++
		}
		shown := b.list == reportList || fresh && (b.list == openList || b.list == allList || b.list == mineList && br.Report.Assignee == b.env.Actor.Name)
		if shown && b.filter.MatchReport(br, func(string, string) bool { return false }) {
			rows = append(rows, br)
		}
	}
	slices.SortStableFunc(rows, func(x, y *model.Brief) int {
		if p, q := x.Report.State == model.ReportNew, y.Report.State == model.ReportNew; p != q {
			if p {
				return -1
			}
			return 1
		}
		if x.Report.State != model.ReportNew {
			return y.Report.DecidedAt.Compare(x.Report.DecidedAt)
		}
		return model.ByUrgency(x, y)
	})
	in := &b.intake
	in.rows = rows
	in.table.SetSource(len(rows), func(i int) string { return in.rows[i].ID })
}

// focus puts the cursor among the reports or among the incidents; where there are
// none it goes to the others.
func (b *Board) focus(reports bool) {
	switch {
	case b.list == reportList:
		reports = true
	case len(b.intake.rows) == 0 || b.kanban:
		reports = false
	case len(b.rows) == 0:
		reports = true
	}
	b.intake.on = reports
	b.intake.table.Focused, b.table.Focused = reports, !reports
}

// chosen is the id of the incident or report under the cursor, "" for none.
func (b *Board) chosen() string {
	if b.intake.on {
		return b.intake.table.Selected()
	}
	return b.table.Selected()
}

// moveRows moves the cursor through the reports and the incidents as one list.
func (b *Board) moveRows(m screen.Motion) {
	both := len(b.intake.rows) > 0 && len(b.rows) > 0 && b.list != reportList && !b.kanban
	t, up := b.table, m == screen.Up || m == screen.HalfUp || m == screen.PageUp
	if b.intake.on {
		t = b.intake.table
	}
	switch at := t.Index(); {
	case both && m == screen.Top:
		b.focus(true)
		b.intake.table.Top()
	case both && m == screen.Bottom:
		b.focus(false)
		b.table.Bottom()
	case both && b.intake.on && !up && at == len(b.intake.rows)-1:
		b.focus(false)
		b.table.Top()
	case both && !b.intake.on && up && at <= 0:
		b.focus(true)
		b.intake.table.Bottom()
	default:
		screen.MoveTable(t, m)
	}
}

// clicked puts the cursor on a line of the main pane.
func (b *Board) clicked(y int) bool {
	if b.list != reportList && len(b.intake.rows) == 0 {
		return b.table.Click(y)
	}
	if y >= 1 && y < b.intake.at && b.intake.table.Click(y-1) {
		b.focus(true)
		return true
	}
	if y >= b.intake.at && b.table.Click(y-b.intake.at) {
		b.focus(false)
		return true
	}
	return false
}

// drawIntake draws the reports above the incidents.
func (b *Board) drawIntake(w, h int) []string {
	st := b.env.Styles
	most := h - 1
	if b.list != reportList {
		most = max(min(len(b.intake.rows), h/3), 1)
	}
	head := fmt.Sprintf(" INTAKE %d", len(b.intake.rows))
	if more := len(b.intake.rows) - most; more > 0 && b.list != reportList {
		head += fmt.Sprintf("  %d more: 5 shows all", more)
	}
	out := []string{st.Title.S(head)}
	if len(b.intake.rows) == 0 {
		text := "No report yet. n reports what looks suspicious."
		if b.filterText != "" {
			text = "No report matches. esc clears the filter."
		}
		return widget.Block(append(out, " "+st.Dim.S(text)), w, h)
	}
	out = append(out, b.intake.table.Draw(w, min(most, h-1), st, b.reportCell)...)
	if b.list == reportList {
		b.intake.at = h
		return widget.Block(out, w, h)
	}
	out = append(out, st.Title.S(fmt.Sprintf(" %s %d", strings.ToUpper(b.list.name()), len(b.rows))))
	b.intake.at = len(out)
	if rest := h - len(out); len(b.rows) > 0 {
		out = append(out, b.table.Draw(w, max(rest, 1), st, b.cell)...)
	} else {
		out = append(out, " "+st.Dim.S("No incident. a declares one."))
	}
	return widget.Block(out, w, h)
}

func (b *Board) reportCell(row, col int) string {
	st := b.env.Styles
	br := b.intake.rows[row]
	r := br.Report
	switch col {
	case 0:
		return st.Ref.S(br.ID)
	case 1:
		return st.SevBadge(int(br.Severity)) + st.Dim.S("?")
	case 2:
		title := screen.Clip(string(br.Title), 200)
		if r.Again > 0 {
			title = st.Warn.S(fmt.Sprintf("+%d ", r.Again)) + title // in front, where it is not cut
		}
		return title
	case 3:
		return st.Dim.S(screen.Clip(string(r.Source), 24))
	case 4:
		return st.Dim.S(model.Ago(b.env.Now().Sub(br.DeclaredAt)))
	case 5:
		switch {
		case r.State != model.ReportNew:
			return st.Good.S(string(r.State))
		case r.Assignee == "":
			return st.Warn.S("unassigned")
		}
		return screen.Person(r.Assignee, st)
	}
	return ""
}

// sideReport is the preview of a report.
func (b *Board) sideReport(br *model.Brief, w, h int) []string {
	st, r := b.env.Styles, br.Report
	lines := []string{st.Ref.S(br.ID)}
	lines = append(lines, widget.Wrap(st.Bold.S(screen.Clip(string(br.Title), 4*w)), w)...)
	lines = append(lines, st.SevBadge(int(br.Severity))+st.Dim.S("? ")+string(r.State), st.Dim.S("assignee ")+screen.Person(r.Assignee, st))
	in := b.env.Hub.Peek(br.ID)
	if in == nil || in.Report == nil {
		return widget.Block(lines, w, h)
	}
	lines = append(lines, st.Dim.S("by ")+screen.Person(in.DeclaredBy, st), "")
	const most = 8
	text := widget.Wrap(screen.Clip(string(in.Report.Text), most*w), w)
	lines = append(lines, text[:min(len(text), most)]...)
	lines = append(lines, "", st.Title.S("NEWEST"))
	for i := len(in.Recent) - 1; i >= 0 && len(lines) < h; i-- {
		lines = append(lines, screen.FeedLines(&in.Recent[i], st, w)...)
	}
	return widget.Block(lines, w, h)
}

func (b *Board) mayTriage() (bool, string) {
	if len(b.intake.rows) == 0 {
		return false, "there is no report; the theme is changed by :theme"
	}
	return true, ""
}

// triage opens the report under the cursor, or the most urgent one.
func (b *Board) triage() tea.Cmd {
	id := b.intake.rows[0].ID
	if b.intake.on {
		id = b.chosen()
	}
	return b.env.Ask(screen.OpenIncident{ID: id})
}

// report asks for a new report.
func (b *Board) report() tea.Cmd {
	const name = "form:report"
	form := widget.NewForm("Report suspicious activity",
		&widget.Field{Name: "title", Label: "Title", Required: true, Limit: model.MaxTitle, Help: "what was seen, in one line; everybody with an account can read it"},
		&widget.Field{Name: "severity", Label: "Severity", Kind: widget.ChoiceField, Options: screen.Severities(), Help: "preliminary; if unsure take the higher"},
		&widget.Field{Name: "source", Label: "Source", Limit: model.MaxSource, Help: "who or what saw it: siem, people, a customer"},
		&widget.Field{Name: "reference", Label: "Reference", Limit: model.MaxReference, Help: "its name there, an alert's id or a ticket: what is known is not raised twice"},
		&widget.Field{Name: "text", Label: "Text", Kind: widget.MultilineField, Rows: 5, Limit: model.MaxReport, Help: "the mail, the alert, the log: paste it, indicators are found in it"},
	)
	form.SetValues(map[string]string{"severity": "SEV3"})
	form.Info = func(f *widget.Form, w int, st *themes.Styles) []string {
		if f.Focus() == "severity" {
			return screen.SeverityHelp(f.Value("severity"), w, st)
		}
		return []string{st.Dim.S(model.ClipLine("A team decides what it is. Is it an incident for sure? esc, then a, declares one.", w).String())}
	}
	id, env := b.env.NewID(), b.env
	return b.env.Ask(screen.OpenForm{Name: name, Form: form, Submit: func(v, _ map[string]string) (tea.Cmd, error) {
		sev, err := model.ParseSeverity(v["severity"])
		if err != nil {
			return nil, err
		}
		cmd := model.RaiseReport{Title: model.Text(v["title"]), Severity: sev, Source: model.Text(v["source"]), Reference: model.Text(v["reference"]), Text: model.Text(v["text"])}
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
			defer cancel()
			cmd.Indicators = indicator.New(v["title"]+"\n"+v["text"], "")
			res, again, err := env.Hub.Raise(ctx, env.Actor, id, cmd)
			d := screen.Done{Form: name, Err: err, Result: res}
			if err == nil {
				d.Said = screen.Saved(res.Incident.ID)(res)
				if again {
					d.Said = res.Incident.ID + " has this source and reference: noted there that it came again"
				}
			}
			return d
		}, nil
	}})
}
