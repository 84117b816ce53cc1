package ticket

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"warroom/model"
	"warroom/model/indicator"
)

// columns are those of a CSV export, in their order.
func columns() []string {
	return []string{"incident", "ref", "title", "kind", "team", "owner", "due", "priority", "state", "late", "ticket", "factor", "changes", "evidence", "reason",
		"added_at", "settled_at"}
}

// CSV is the follow-ups as a table. A cell that a spreadsheet would take for a
// formula has a ' before it; Read takes it off again.
func CSV(items []Item, now time.Time) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(columns()) // a strings.Builder takes everything
	for _, it := range items {
		late := ""
		if it.Late(now) {
			late = "late"
		}
		row := []string{it.Incident, it.Ref, indicator.Line(it.Title), string(it.Kind), it.Team.Line().String(), it.Owner, string(it.Due), it.Priority.String(),
			string(it.State), late, it.Ticket.Line().String(), it.Factor, strings.Join(it.Changes, " "), indicator.Line(it.Evidence), indicator.Line(it.Reason),
			stamp(it.AddedAt), stamp(it.Settled)}
		for i := range row {
			row[i] = guard(row[i])
		}
		_ = w.Write(row)
	}
	w.Flush()
	return b.String()
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// formula says whether a spreadsheet takes the cell for one.
func formula(s string) bool { return s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) }

func guard(s string) string {
	if formula(s) || strings.HasPrefix(s, "'") {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && (formula(rest) || strings.HasPrefix(rest, "'")) {
		return rest
	}
	return s
}

// Row is one line of an import: the follow-up that it names, and how far it is.
type Row struct {
	Line     int                 `json:"line"` // of the file, from 1
	Incident string              `json:"incident"`
	Ref      string              `json:"ref"`
	Ticket   model.Text          `json:"ticket"`
	State    model.FollowUpState `json:"state"`
	Evidence model.Text          `json:"evidence"`
	Reason   model.Text          `json:"reason"`
}

// MaxRows is how many rows one import may have.
const MaxRows = 10_000

// Read reads how far follow-ups are. The first line names the columns: state, and
// ticket or incident and ref; evidence and reason are optional, others are passed
// over. What is wrong is listed row by row; an error means that it is no such
// table at all.
func Read(text []byte) ([]Row, []model.BadRow, error) {
	if !utf8.Valid(text) {
		return nil, nil, model.Invalid("the table is no UTF-8 text").Hint("export it as CSV in UTF-8; nothing was changed")
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	r.FieldsPerRecord, r.TrimLeadingSpace, r.Comma = -1, true, comma(string(text))
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, model.Invalid("the table is empty").Hint("its first line names the columns: ticket,state,evidence")
	}
	if err != nil {
		return nil, nil, syntax(err)
	}
	at := map[string]int{}
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := at[name]; twice && known(name) {
			return nil, nil, model.Invalid("the column %q is there twice", name).Hint("leave one of them out")
		}
		at[name] = i
	}
	has := func(name string) bool { _, ok := at[name]; return ok }
	if !has("state") || !has("ticket") && !(has("incident") && has("ref")) {
		return nil, nil, model.Invalid("the table has no column state, or none that names the follow-up").
			Hint("its first line names the columns: state, and ticket or incident and ref; evidence and reason are optional")
	}
	var rows []Row
	var bad []model.BadRow
	for n := 1; ; n++ {
		rec, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			if n == 1 {
				return nil, nil, model.Invalid("the table has no row").Hint("nothing was changed")
			}
			return rows, bad, nil
		case err != nil:
			return nil, nil, syntax(err)
		case n > MaxRows:
			return nil, nil, model.Invalid("the table has more than %d rows", MaxRows).Hint("send it in parts; nothing was changed")
		}
		cell := func(name string) string {
			if i, ok := at[name]; ok && i < len(rec) {
				return unguard(strings.TrimSpace(rec[i]))
			}
			return ""
		}
		if len(rec) == 1 && cell("state") == "" && strings.TrimSpace(rec[0]) == "" {
			continue
		}
		line, _ := r.FieldPos(0)
		if row, wrong := row(line, cell); wrong.What != "" {
			bad = append(bad, wrong)
		} else {
			rows = append(rows, row)
		}
	}
}

func known(column string) bool {
	switch column {
	case "incident", "ref", "ticket", "state", "evidence", "reason":
		return true
	}
	return false
}

// comma is what separates the columns: a semicolon where the first line has more of
// them, as spreadsheets write it in half of the world.
func comma(text string) rune {
	head, _, _ := strings.Cut(text, "\n")
	if strings.Count(head, ";") > strings.Count(head, ",") {
		return ';'
	}
	return ','
}

func syntax(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return model.Invalid("line %d of the table cannot be read: %v", p.Line, p.Err).Hint("nothing was changed; it has to be CSV, quotes inside a cell doubled").Because(err)
	}
	return model.Invalid("the table cannot be read: %v", err).Hint("nothing was changed").Because(err)
}

// row reads one row.
func row(line int, cell func(string) string) (Row, model.BadRow) {
	out := Row{Line: line, Ticket: model.Text(cell("ticket")), Evidence: model.Text(cell("evidence")), Reason: model.Text(cell("reason"))}
	fail := func(column string, err error) (Row, model.BadRow) {
		if e, ok := model.AsError(err); ok {
			return out, model.BadRow{Line: line, Column: column, What: e.Msg}
		}
		return out, model.BadRow{Line: line, Column: column, What: fmt.Sprint(err)}
	}
	var err error
	if out.State, err = State(cell("state")); err != nil {
		return fail("state", err)
	}
	if id, ref := cell("incident"), cell("ref"); id != "" || ref != "" {
		if out.Incident, err = model.ParseIncidentID(id); err != nil {
			return fail("incident", err)
		}
		if out.Ref, _, err = model.ParseRef(model.RefFollowUp, ref); err != nil {
			return fail("ref", err)
		}
		return out, model.BadRow{}
	}
	if out.Ticket == "" {
		return fail("ticket", model.Invalid("it names no follow-up"))
	}
	return out, model.BadRow{}
}

// State reads the state of a follow-up as warroom and other systems call it.
func State(s string) (model.FollowUpState, error) {
	w := strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" -_'’\t", r) }), " ")
	switch w {
	case "open", "new", "todo", "to do", "backlog", "reopened", "selected for development":
		return model.FollowUpOpen, nil
	case "in progress", "doing", "started", "in review", "review", "blocked", "on hold", "testing":
		return model.FollowUpDoing, nil
	case "done", "closed", "resolved", "complete", "completed", "fixed", "merged":
		return model.FollowUpDone, nil
	case "dropped", "wontfix", "won t do", "won t fix", "cancelled", "canceled", "rejected", "declined", "duplicate", "not planned":
		return model.FollowUpDropped, nil
	}
	return model.ParseFollowUpState(s)
}
